using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Tags;

/// <summary>Tags as requests have them: <c>[{"key":"k","value":"v"}]</c>.</summary>
static class TagList
{
    public const int Most = 200;

    /// <summary>Checks the tags of a request; a name may come once.</summary>
    public static IReadOnlyDictionary<string, string> Read(Form form, string name)
    {
        var tags = new Dictionary<string, string>();
        form.List(name, 0, Most, tag =>
        {
            string key = tag.RequiredText("key", 1, 128, Patterns.TagText());
            tag.Require("value", "text in quotes");
            if (!tags.TryAdd(key, tag.Text("value", 0, 256, Patterns.TagText()) ?? "") && key.Length > 0)
            {
                tag.Problem($"{form.At(name)} has the key '{key}' twice.");
            }

            return tag;
        });
        return tags;
    }

    /// <summary>Tags of a request that was checked.</summary>
    public static IReadOnlyDictionary<string, string> Of(JsonNode? tags) =>
        (tags as JsonArray ?? []).ToDictionary(tag => (string)tag!["key"]!, tag => (string)tag!["value"]!);
}
