using System.Text.Json.Nodes;

namespace Hone.Tests.Training.Verification;

/// <summary>Puts a wrong value into one place of a JSON text.</summary>
static class LossVerificationDamage
{
    /// <summary>The text with the first two entries of every top-level list: small enough to damage everywhere.</summary>
    public static string Shortened(string json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        foreach (var list in root.Select(member => member.Value).OfType<JsonArray>())
        {
            while (list.Count > 2)
            {
                list.RemoveAt(list.Count - 1);
            }
        }

        return root.ToJsonString();
    }

    public static int Places(string json) => Walk(JsonNode.Parse(json)!.AsObject()).Count();

    public static string At(string json, int place, string value)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        Walk(root).ElementAt(place)(JsonNode.Parse(value));
        return root.ToJsonString();
    }

    /// <summary>One setter for every member and for the first two entries of every list, at any depth.</summary>
    static IEnumerable<Action<JsonNode?>> Walk(JsonNode node)
    {
        string[] names = node is JsonObject known ? [.. known.Select(member => member.Key)] : [];
        int entries = node is JsonArray list ? Math.Min(list.Count, 2) : 0;
        IEnumerable<(JsonNode? Child, Action<JsonNode?> Set)> children =
        [
            .. names.Select(name => (node[name], (Action<JsonNode?>)(value => node[name] = value))),
            .. Enumerable.Range(0, entries).Select(i => (node[i], (Action<JsonNode?>)(value => node[i] = value))),
        ];
        return children.SelectMany(child => Walk(child.Child).Prepend(child.Set), (_, set) => set);

        static IEnumerable<Action<JsonNode?>> Walk(JsonNode? child) => child is null ? [] : LossVerificationDamage.Walk(child);
    }
}
