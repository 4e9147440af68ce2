using System.Text.Json;

namespace Hone.Grading.Json.Schema;

/// <summary>Where the schemas of a document stand: places by address, anchor and pointer.</summary>
/// <remarks>Only what stands where a schema can stand gives addresses: an <c>$id</c> inside of <c>enum</c> is data.</remarks>
sealed class SchemaIndex
{
    // What a document without an address of its own is resolved against.
    static readonly Uri _nowhere = new("schema:///");

    readonly JsonElement _root;
    readonly SchemaDraft _draft;
    readonly Action<string, string> _problem;
    readonly Dictionary<string, SchemaResource> _byAddress = [];
    readonly Dictionary<string, (JsonElement Json, SchemaResource Resource)> _byPlace = [];

    public SchemaIndex(JsonElement root, SchemaDraft draft, Action<string, string> problem)
    {
        (_root, _draft, _problem) = (root, draft, problem);
        var resource = new SchemaResource(_nowhere, "");
        _byAddress[_nowhere.AbsoluteUri] = resource;
        Walk(root, "", resource);
    }

    public List<(SchemaResource Resource, string Name, string Place)> DynamicAnchors { get; } = [];

    /// <summary>Where schemas stand that a keyword of the document holds.</summary>
    public IReadOnlyCollection<string> Places => _byPlace.Keys;

    /// <summary>A schema by its pointer, which <see cref="Resolve"/> or a keyword gave.</summary>
    public (JsonElement Json, SchemaResource Resource) At(string place) => _byPlace[place];

    /// <returns>The place of the schema; null where the reference leads nowhere, with what the problem says of it.</returns>
    public string? Resolve(SchemaResource from, string reference, out string? anchor, out string problem)
    {
        anchor = null;
        problem = $"refers to \"{reference}\", which is not in the schema; write it under $defs: nothing is fetched";
        if (Find(from, reference, out string fragment) is not { } resource)
        {
            return null;
        }

        if (fragment.Length > 0 && fragment[0] != '/')
        {
            anchor = fragment;
            return resource.Anchors.GetValueOrDefault(fragment);
        }

        return Follow(resource, fragment);
    }

    SchemaResource? Find(SchemaResource from, string reference, out string fragment)
    {
        int hash = reference.IndexOf('#');
        fragment = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        string address = hash < 0 ? reference : reference[..hash];
        return address.Length == 0 ? from
            : Uri.TryCreate(from.Address, address, out var target) ? _byAddress.GetValueOrDefault(WithoutFragment(target))
            : null;
    }

    void Walk(JsonElement json, string place, SchemaResource resource)
    {
        if (!_byPlace.ContainsKey(place))
        {
            resource = json.ValueKind == JsonValueKind.Object ? Enter(json, place, resource) : resource;
            _byPlace[place] = (json, resource);
            foreach (var (step, child) in SchemaChildren.Of(json))
            {
                Walk(child, place + step, resource);
            }
        }
    }

    /// <summary>The resource of a schema, which may begin one, with its anchors noted.</summary>
    SchemaResource Enter(JsonElement json, string place, SchemaResource resource)
    {
        bool hasReference = _draft == SchemaDraft.Draft7 && json.TryGetProperty("$ref", out _);
        if (!hasReference && Text(json, "$id") is { } id)
        {
            resource = Identify(id, place, resource);
        }

        if (_draft == SchemaDraft.Draft7)
        {
            return resource;
        }

        if (Text(json, "$anchor") is { } anchor)
        {
            AddAnchor(resource, anchor, place);
        }

        if (Text(json, "$dynamicAnchor") is { } name)
        {
            AddAnchor(resource, name, place);
            DynamicAnchors.Add((resource, name, place));
        }

        return resource;
    }

    SchemaResource Identify(string id, string place, SchemaResource resource)
    {
        if (id.StartsWith('#'))
        {
            if (_draft == SchemaDraft.Draft7)
            {
                AddAnchor(resource, id[1..], place);
            }

            return resource;
        }

        if (!Uri.TryCreate(resource.Address, id, out var address))
        {
            _problem(place, $"has the $id \"{id}\", which is no address");
            return resource;
        }

        var own = new SchemaResource(address, place);
        if (!_byAddress.TryAdd(WithoutFragment(address), own))
        {
            _problem(place, $"has the $id \"{id}\", which another schema of the document has");
        }

        return own;
    }

    void AddAnchor(SchemaResource resource, string name, string place)
    {
        if (!resource.Anchors.TryAdd(name, place))
        {
            _problem(place, $"has the anchor \"{name}\", which another schema of the document has");
        }
    }

    /// <summary>A pointer from a resource's root. What it meets on the way may begin resources of its own.</summary>
    string? Follow(SchemaResource resource, string pointer)
    {
        string place = resource.Place;
        var json = _byPlace[place].Json;
        foreach (string step in pointer.Split('/').Skip(1))
        {
            if (Step(json, step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)) is not { } next)
            {
                return null;
            }

            json = next;
            place = $"{place}/{step}";
            resource = _byPlace.TryGetValue(place, out var known) ? known.Resource : resource;
        }

        Walk(json, place, resource);
        return place;
    }

    static JsonElement? Step(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member
        : json.ValueKind == JsonValueKind.Array && int.TryParse(name, out int index) && index >= 0 && index < json.GetArrayLength() ? json[index]
        : null;

    static string? Text(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string WithoutFragment(Uri address) => address.AbsoluteUri.Split('#')[0];
}
