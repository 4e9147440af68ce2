using System.Text.Json;

namespace Hone.Grading.Json.Schema;

/// <summary>One schema's keywords while they are read into rules.</summary>
sealed class SchemaForm(SchemaReading reading, SchemaNode node)
{
    public SchemaDraft Draft => reading.Draft;

    public SchemaReading Reading => reading;

    public SchemaNode Node => node;

    public JsonElement? Any(string keyword) => node.Json.TryGetProperty(keyword, out var value) ? value : null;

    /// <summary>The schema below a keyword, which applies to members or items.</summary>
    public SchemaNode Child(string step) => reading.At(node.Place + step);

    /// <summary>The schema below a keyword, which applies to the same value.</summary>
    public SchemaNode Same(string step)
    {
        var same = Child(step);
        node.SameValue.Add(same);
        return same;
    }

    /// <summary>The schema that is a keyword's value; null where it is none, which is told.</summary>
    public SchemaNode? Schema(string keyword, JsonElement value, bool ofSameValue = false)
    {
        if (!SchemaChildren.IsSchema(value))
        {
            Problem(keyword, value, "a schema: an object, true or false");
            return null;
        }

        return ofSameValue ? Same($"/{keyword}") : Child($"/{keyword}");
    }

    /// <summary>The schemas of a list; null where it is none or is empty, which is told.</summary>
    public IReadOnlyList<SchemaNode>? Schemas(string keyword, JsonElement value, bool ofSameValue = false)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Problem(keyword, value, "a list of one schema or more");
            return null;
        }

        return [.. Enumerable.Range(0, value.GetArrayLength()).Select(i => ofSameValue ? Same($"/{keyword}/{i}") : Child($"/{keyword}/{i}"))];
    }

    /// <summary>The schemas of an object by their names; null where it is none, which is told.</summary>
    public IReadOnlyList<(string Name, SchemaNode Schema)>? Named(string keyword, JsonElement value, bool ofSameValue = false)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.EnumerateObject().All(member => SchemaChildren.IsSchema(member.Value)))
        {
            Problem(keyword, value, "an object of schemas");
            return null;
        }

        return
        [
            .. value.EnumerateObject().Select(member => $"/{keyword}/{SchemaChildren.Escape(member.Name)}")
                .Select(step => ofSameValue ? Same(step) : Child(step))
                .Zip(value.EnumerateObject(), (schema, member) => (member.Name, schema)),
        ];
    }

    /// <summary>A count, such as <c>minLength</c>; null where it is none, which is told. Past two thousand million it is that.</summary>
    public int? Count(string keyword, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && JsonNumber.Of(value) is { IsWhole: true, Negative: false })
        {
            return (int)Math.Min(JsonNumber.Approximate(value), int.MaxValue);
        }

        Problem(keyword, value, "a whole number of 0 or more");
        return null;
    }

    public JsonNumber? Number(string keyword, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            return JsonNumber.Of(value);
        }

        Problem(keyword, value, "a number");
        return null;
    }

    public IReadOnlyList<string>? Names(string keyword, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(name => name.GetString()!)];
        }

        Problem(keyword, value, "a list of names");
        return null;
    }

    public SchemaPattern? Pattern(string keyword, string pattern)
    {
        var read = SchemaPattern.Read(pattern, out string problem);
        if (read is null)
        {
            Problem($"/{keyword} is {Shorten(pattern)}, which is not a pattern that can be read: {problem}");
        }

        return read;
    }

    public void Problem(string keyword, JsonElement value, string needs) =>
        Problem($"/{keyword} is {GraderReader.Show(value)}, but needs to be {needs}");

    public void Problem(string says) => reading.Problems.Add($"{reading.Path}{node.Place}{says}.");

    static string Shorten(string text) => text.Length <= 60 ? $"\"{text}\"" : $"\"{text[..60]}…\"";
}
