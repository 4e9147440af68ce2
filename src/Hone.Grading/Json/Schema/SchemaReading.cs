using System.Text.Json;
using Hone.Grading.Json.Schema.Keywords;

namespace Hone.Grading.Json.Schema;

/// <summary>A schema document while it is read: its schemas by place, and what is wrong with it.</summary>
sealed class SchemaReading
{
    readonly SchemaIndex _index;
    readonly Dictionary<string, SchemaNode> _nodes = [];
    readonly Queue<SchemaNode> _unread = [];

    public SchemaReading(JsonElement root, string path, SchemaDraft draft, bool assertsFormats)
    {
        Draft = draft;
        AssertsFormats = assertsFormats;
        Path = path;
        _index = new(root, draft, Problem);
    }

    /// <summary>Where the document stands in the settings.</summary>
    public string Path { get; }

    public SchemaDraft Draft { get; }

    public bool AssertsFormats { get; }

    public List<string> Problems { get; } = [];

    public HashSet<string> Unknown { get; } = [];

    /// <summary>Some keyword asks what others have looked at.</summary>
    public bool TracksSeen { get; set; }

    public SchemaNode Read()
    {
        // Also those that nothing refers to: what is wrong with them is told too.
        foreach (string place in _index.Places)
        {
            At(place);
        }

        foreach (var (resource, name, place) in _index.DynamicAnchors)
        {
            resource.DynamicAnchors.TryAdd(name, At(place));
        }

        while (_unread.TryDequeue(out var node))
        {
            node.Rules = SchemaKeywords.Rules(new SchemaForm(this, node));
        }

        if (Problems.Count == 0 && SchemaLoops.Find(_nodes.Values) is { } loop)
        {
            Problem(loop, "refers back to itself without going deeper into the value, which never ends");
        }

        return At("");
    }

    /// <summary>The schema at a place; it is read later where it is new.</summary>
    public SchemaNode At(string place)
    {
        if (!_nodes.TryGetValue(place, out var node))
        {
            var (json, resource) = _index.At(place);
            node = new(place, json, resource);
            _nodes.Add(place, node);
            _unread.Enqueue(node);
        }

        return node;
    }

    /// <summary>What a reference points at; null where that is not in the document, which is then told.</summary>
    public (SchemaNode Node, string? Anchor)? Resolve(SchemaNode from, string reference)
    {
        if (_index.Resolve(from.Resource, reference, out string? anchor, out string problem) is { } place)
        {
            return (At(place), anchor);
        }

        Problem(from.Place, problem);
        return null;
    }

    public void Problem(string place, string says) => Problems.Add($"{Path}{place} {says}.");
}
