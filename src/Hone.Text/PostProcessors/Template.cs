using System.Text.Json;

namespace Hone.Text.PostProcessors;

/// <summary>The special tokens that are put before and after one text.</summary>
sealed class Template
{
    // Published templates have one or two.
    const int MostTokens = 1024;

    readonly List<int> _before;
    readonly List<int> _after;

    public Template(IEnumerable<int> before, IEnumerable<int> after) => (_before, _after) = ([.. before], [.. after]);

    /// <summary>The template that tokenizer.json describes; an empty one when it has none.</summary>
    public static Template Read(JsonElement? element)
    {
        var template = new Template([], []);
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
                fields.Ignore("add_prefix_space", "trim_offsets", "use_regex");
                break;
            case "BertProcessing" or "RobertaProcessing":
                fields.Ignore("add_prefix_space", "trim_offsets");
                Put([Named(fields, "cls")], [Named(fields, "sep")], path);
                break;
            case "TemplateProcessing":
                AddPieces(fields);
                break;
            case "Sequence":
                fields.Parts("processors", (processor, at) =>
                {
                    Add(processor, at);
                    return true;
                });
                break;
            default:
                throw new TokenizerException(
                    $"{path} is a '{type}' post-processor, which is not supported; supported are ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing and Sequence.");
        }

        fields.RefuseOthers();
    }

    static int Named(JsonFields fields, string name)
    {
        string path = $"{fields.Path}.{name}";
        return fields.Items(name).ToArray() is [_, var id]
            ? TokenId.Read(id, path)
            : throw new TokenizerException($"{path} needs to be a token and its id.");
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
            RequireFew(before.Count + after.Count, fields.Path);
        }

        Put(before, after, fields.Path);
    }

    void Put(List<int> before, List<int> after, string path)
    {
        _before.InsertRange(0, before);
        _after.AddRange(after);
        RequireFew(_before.Count + _after.Count, path);
    }

    static void RequireFew(int tokens, string path)
    {
        if (tokens > MostTokens)
        {
            throw new TokenizerException($"{path} puts more than {MostTokens} special tokens around a text.");
        }
    }

    static void RequireFirstText(JsonFields sequence, bool textSeen)
    {
        if (sequence.Text("id") != "A" || textSeen)
        {
            throw new TokenizerException($"{sequence.Path} needs to be the text 'A' exactly once.");
        }
    }

    static Dictionary<string, int[]> SpecialTokens(JsonFields fields)
    {
        Dictionary<string, int[]> special = [];
        foreach (var (name, value) in JsonFields.AsMembers(fields.Require("special_tokens"), $"{fields.Path}.special_tokens"))
        {
            string path = $"{fields.Path}.special_tokens.{name}";
            var token = new JsonFields(value, path);
            special[name] = [.. token.Items("ids").Select(id => TokenId.Read(id, path))];
        }

        return special;
    }

    static int[] Ids(Dictionary<string, int[]> special, JsonFields token)
    {
        string name = token.Text("id");
        return special.TryGetValue(name, out int[]? ids)
            ? ids
            : throw new TokenizerException($"{token.Path} is '{name}', which its special_tokens do not list.");
    }
}
