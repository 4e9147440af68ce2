using System.Text.Json;
using Hone.Jobs.Engine;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Completions;

/// <summary>A prompt without a template around it: a text, or tokens.</summary>
sealed record RawPrompt(string? Text, IReadOnlyList<int>? Tokens)
{
    public GenerateRequest Of(GenerateRequest request) => request with { Text = Text, Tokens = Tokens };
}

/// <summary>Reads the prompts of a completion: a text, a list of texts, a list of token ids, or a list of such lists.</summary>
static class PromptReader
{
    const int Most = 128, MostTokens = 1_000_000;

    public static IReadOnlyList<RawPrompt> Read(JsonForm form)
    {
        const string Such = "a text, a list of texts, a list of token ids, or a list of such lists";
        form.Require("prompt", Such);
        var prompts = form.Any("prompt") switch
        {
            null => [],
            { ValueKind: JsonValueKind.String } => [new RawPrompt(form.Text("prompt"), null)],
            { ValueKind: JsonValueKind.Array } list => Listed(list),
            _ => null,
        };
        if (prompts is null || (prompts.Count == 0 && form.Has("prompt")))
        {
            form.Wrong("prompt", $"prompt needs to be {Such}; none of them empty.");
        }
        else if (prompts.Count > Most)
        {
            form.Wrong("prompt", $"prompt has {prompts.Count} prompts, but may have {Most} at most; send several requests.");
        }

        return prompts ?? [];
    }

    static List<RawPrompt>? Listed(JsonElement list)
    {
        if (Tokens(list) is { } tokens)
        {
            return [new(null, tokens)];
        }

        List<RawPrompt?> prompts =
        [
            .. list.EnumerateArray().Select(item =>
                item.ValueKind == JsonValueKind.String ? new RawPrompt(item.GetString(), null)
                : Tokens(item) is { } ids ? new RawPrompt(null, ids)
                : null),
        ];
        return prompts.Contains(null) ? null : [.. prompts.OfType<RawPrompt>()];
    }

    static int[]? Tokens(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MostTokens)
        {
            return null;
        }

        int[] tokens = new int[list.GetArrayLength()];
        int at = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out tokens[at++]) || tokens[at - 1] < 0)
            {
                return null;
            }
        }

        return tokens;
    }
}
