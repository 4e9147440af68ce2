using System.Text.Json;
using Hone.Models.Configuration;
using Hone.Models.Weights;

namespace Hone.Models.Gguf;

/// <summary>Which tokens begin, end and fill sequences, and the chat template.</summary>
sealed class GgufSpecialTokens(string folder, DecoderConfig config, JsonElement tokenizer, Func<string, int?> idOf)
{
    const string TokenizerConfig = "tokenizer_config.json";

    public void Add(GgufMetadata metadata)
    {
        string path = Path.Combine(folder, TokenizerConfig);
        using var json = File.Exists(path) ? JsonFile.Read(path) : JsonDocument.Parse("{}");
        var settings = json.RootElement;
        int? bos = Id(settings, "bos_token") ?? config.BosTokenId, eos = Id(settings, "eos_token") ?? First(config.EosTokenIds);
        AddId(metadata, "bos", bos);
        AddId(metadata, "eos", eos);
        if (config.EosTokenIds.Where(id => id != eos).ToArray() is [int other])
        {
            AddId(metadata, "eot", other);
        }

        AddId(metadata, "unknown", Id(settings, "unk_token"));
        AddId(metadata, "padding", Id(settings, "pad_token"));
        var (begins, ends) = Around();
        metadata.Add("tokenizer.ggml.add_bos_token", bos is not null && begins);
        metadata.Add("tokenizer.ggml.add_eos_token", eos is not null && ends);
        AddTemplates(metadata, settings);
    }

    static void AddId(GgufMetadata metadata, string name, int? id)
    {
        if (id is { } number)
        {
            metadata.Add($"tokenizer.ggml.{name}_token_id", number);
        }
    }

    static int? First(IReadOnlyList<int> ids) => ids.Count > 0 ? ids[0] : null;

    // Written as text or as an object with its content.
    int? Id(JsonElement settings, string key) =>
        !settings.TryGetProperty(key, out var token) ? null
        : token.ValueKind == JsonValueKind.String ? idOf(token.GetString()!)
        : token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String
            ? idOf(content.GetString()!)
        : null;

    // What the post-processor puts around a text counts: add_bos_token in tokenizer_config.json often contradicts it.
    (bool Begins, bool Ends) Around()
    {
        bool begins = false, ends = false;
        foreach (var processor in Processors())
        {
            if (processor.TryGetProperty("single", out var single) && single.ValueKind == JsonValueKind.Array && single.GetArrayLength() > 0)
            {
                begins |= IsSpecial(single[0]);
                ends |= IsSpecial(single[single.GetArrayLength() - 1]);
            }
        }

        return (begins, ends);
    }

    static bool IsSpecial(JsonElement piece) => piece.ValueKind == JsonValueKind.Object && piece.TryGetProperty("SpecialToken", out _);

    IEnumerable<JsonElement> Processors()
    {
        if (!tokenizer.TryGetProperty("post_processor", out var whole) || whole.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        return whole.TryGetProperty("processors", out var parts) && parts.ValueKind == JsonValueKind.Array
            ? parts.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object)
            : [whole];
    }

    void AddTemplates(GgufMetadata metadata, JsonElement settings)
    {
        string file = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(file))
        {
            metadata.Add("tokenizer.chat_template", File.ReadAllText(file));
        }
        else if (settings.TryGetProperty("chat_template", out var template))
        {
            AddTemplate(metadata, template);
        }
    }

    static void AddTemplate(GgufMetadata metadata, JsonElement template)
    {
        if (template.ValueKind == JsonValueKind.String)
        {
            metadata.Add("tokenizer.chat_template", template.GetString()!);
        }
        else if (template.ValueKind == JsonValueKind.Array)
        {
            foreach (var named in template.EnumerateArray())
            {
                if (named.ValueKind == JsonValueKind.Object && named.TryGetProperty("name", out var name) && named.TryGetProperty("template", out var text)
                    && text.ValueKind == JsonValueKind.String)
                {
                    metadata.Add(name.ToString() == "default" ? "tokenizer.chat_template" : $"tokenizer.chat_template.{name}", text.GetString()!);
                }
            }
        }
    }
}
