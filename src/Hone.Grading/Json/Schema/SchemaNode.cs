using System.Text.Json;

namespace Hone.Grading.Json.Schema;

/// <summary>One keyword at work. False: the value does not fit, and the run was told why.</summary>
/// <param name="seen">What the schema has looked at of this value; null where no keyword asks.</param>
delegate bool SchemaRule(SchemaRun run, JsonElement value, Seen? seen);

/// <summary>One schema of a document, read into the rules of its keywords.</summary>
/// <param name="place">JSON pointer from the root of the document.</param>
sealed class SchemaNode(string place, JsonElement json, SchemaResource resource)
{
    public string Place => place;

    public JsonElement Json => json;

    public SchemaResource Resource => resource;

    public IReadOnlyList<SchemaRule> Rules { get; set; } = [];

    /// <summary>Schemas that apply to the very value that this one applies to.</summary>
    public List<SchemaNode> SameValue { get; } = [];
}

/// <summary>A schema with an address of its own: the document, or a part of it with an <c>$id</c>.</summary>
sealed class SchemaResource(Uri address, string place)
{
    public Uri Address => address;

    public string Place => place;

    /// <summary>Places by the names that <c>$anchor</c> and <c>$dynamicAnchor</c> give them.</summary>
    public Dictionary<string, string> Anchors { get; } = [];

    /// <summary>The schemas that <c>$dynamicAnchor</c> names, for <c>$dynamicRef</c>.</summary>
    public Dictionary<string, SchemaNode> DynamicAnchors { get; } = [];
}

/// <summary>Members or items of one value that a schema has looked at, for <c>unevaluatedProperties</c> and <c>unevaluatedItems</c>.</summary>
sealed class Seen
{
    readonly HashSet<string> _members = [];
    readonly HashSet<int> _items = [];
    bool _all;

    public bool Has(string member) => _all || _members.Contains(member);

    public bool Has(int item) => _all || _items.Contains(item);

    public void Add(string member) => _members.Add(member);

    public void Add(int item) => _items.Add(item);

    public void AddAll() => _all = true;

    public void Add(Seen other)
    {
        _all |= other._all;
        _members.UnionWith(other._members);
        _items.UnionWith(other._items);
    }
}
