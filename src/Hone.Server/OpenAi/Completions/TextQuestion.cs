using System.Text.Json;
using Hone.Jobs.Engine;
using Hone.Server.OpenAi.Chat;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Completions;

/// <summary>A completion of raw prompts that is asked for.</summary>
/// <param name="Request">Without a prompt.</param>
/// <param name="Echoes">Each completion begins with its prompt.</param>
/// <param name="Body">The request as it came.</param>
sealed record TextQuestion(
    string Model, IReadOnlyList<RawPrompt> Prompts, GenerateRequest Request, bool Echoes, bool Streams, bool IncludesUsage,
    JsonElement Body)
{
    const int DefaultTokens = 16, MostChoices = 128, MostTokens = 1_000_000, MostTop = 5;

    public static TextQuestion Read(JsonForm form)
    {
        string model = form.RequiredText("model", "the id of a model of GET /v1/models");
        var prompts = PromptReader.Read(form);
        int count = form.Count("n", 1, MostChoices) ?? 1;
        int? top = form.Count("logprobs", 0, MostTop);
        bool echoes = form.Flag("echo") ?? false, streams = form.Flag("stream") ?? false;
        CheckEcho(form, echoes, prompts, top);
        if (form.Count("best_of", 1, MostChoices) is { } best && best != count)
        {
            form.Wrong("best_of", $"best_of is {best}, but Hone writes no completions that it does not send; leave it out, or ask for n = {best}.");
        }

        if (prompts.Count * count is > MostChoices and var together)
        {
            form.Wrong("n", $"{prompts.Count} prompts with n = {count} are {together} completions, but a request may have {MostChoices}; send several.");
        }

        form.Refuse("suffix", "cannot be followed: Hone's models go on with a text, they do not fill one in");
        form.Text("user");
        return new(
            model,
            prompts,
            SamplingReader.Read(form) with
            {
                Count = count,
                MaxTokens = form.Count("max_tokens", 1, MostTokens) ?? DefaultTokens,
                TopLogProbabilities = top,
            },
            echoes,
            streams,
            ChatQuestion.StreamOptions(form, streams),
            form.Json);
    }

    static void CheckEcho(JsonForm form, bool echoes, IReadOnlyList<RawPrompt> prompts, int? top)
    {
        if (echoes && top is not null)
        {
            form.Wrong("echo", "echo and logprobs are both given, but Hone tells log-probabilities of what it writes only; leave one out.");
        }

        if (echoes && prompts.Any(prompt => prompt.Text is null))
        {
            form.Wrong("echo", "echo is true, but a prompt is given as tokens, whose text the client has; leave echo out.");
        }
    }
}
