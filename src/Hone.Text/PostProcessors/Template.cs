using System.Text.Json;

namespace Hone.Text.PostProcessors;

/// <summary>The special tokens that are put before and after one text.</summary>
sealed class Template
{
    readonly List<int> _before = [];
    readonly List<int> _after = [];

    /// <summary>The template that tokenizer.json describes; an empty one when it has none.</summary>
    public static Template Read(JsonElement? element)
    {
        var template = new Template();
        if (element is { } value)
        {
            template.Add(value, "post_processor");
        }

        return template;
    }

    public int[] Apply(List<int> ids) => [.. _before, .. ids, .. _after];

    void Add(JsonElement element, string path)
    {
        var fields = new JsonFields(element, path);
        string type = fields.Text("type");
        switch (type)
        {
            case "ByteLevel":
                // It moves offsets only, which nothing here reports.
                fields.Flag("add_prefix_space");
                fields.Flag("trim_offsets");
                fields.Flag("use_regex");
                break;
            case "TemplateProcessing":
                AddPieces(fields);
                break;
            case "Sequence":
                int index = 0;
                foreach (var processor in fields.Items("processors"))
                {
                    Add(processor, $"{path}.processors[{index++}]");
                }

                break;
            default:
                throw new TokenizerException(
                    $"{path} in tokenizer.json is a '{type}' post-processor, which is not supported; supported are ByteLevel, TemplateProcessing and Sequence.");
        }

        fields.RefuseOthers();
    }

    // Later processors of a sequence work on what earlier ones made, so their tokens go outside.
    void AddPieces(JsonFields fields)
    {
        // Pairs of texts do not occur in training or serving.
        fields.Find("pair");
        var special = SpecialTokens(fields);
        List<int> before = [], after = [];
        bool textSeen = false;
        foreach (var piece in fields.Items("single"))
        {
            var kind = new JsonFields(piece, $"{fields.Path}.single");
            if (kind.Find("Sequence") is { } sequence)
            {
                RequireFirstText(new(sequence, $"{fields.Path}.single.Sequence"), textSeen);
                textSeen = true;
                continue;
            }

            var token = new JsonFields(kind.Require("SpecialToken"), $"{fields.Path}.single.SpecialToken");
            (textSeen ? after : before).AddRange(Ids(special, token));
        }

        _before.InsertRange(0, before);
        _after.AddRange(after);
    }

    static void RequireFirstText(JsonFields sequence, bool textSeen)
    {
        if (sequence.Text("id") != "A" || textSeen)
        {
            throw new TokenizerException($"{sequence.Path} in tokenizer.json needs to be the text 'A' exactly once.");
        }
    }

    static Dictionary<string, int[]> SpecialTokens(JsonFields fields)
    {
        Dictionary<string, int[]> special = [];
        foreach (var property in fields.Require("special_tokens").EnumerateObject())
        {
            string path = $"{fields.Path}.special_tokens.{property.Name}";
            var token = new JsonFields(property.Value, path);
            special[property.Name] = [.. token.Items("ids").Select(id => TokenId.Read(id, path))];
        }

        return special;
    }

    static int[] Ids(Dictionary<string, int[]> special, JsonFields token)
    {
        string name = token.Text("id");
        return special.TryGetValue(name, out int[]? ids)
            ? ids
            : throw new TokenizerException($"{token.Path} in tokenizer.json is '{name}', which its special_tokens do not list.");
    }
}
