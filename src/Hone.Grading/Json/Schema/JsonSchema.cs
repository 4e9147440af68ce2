using System.Text.Json;

namespace Hone.Grading.Json.Schema;

/// <summary>A JSON Schema of draft 2020-12 or draft 7, read once, for any number of values and threads.</summary>
/// <remarks>
/// <para>All keywords that assert are kept: types, values, numbers, texts, lists, objects, combinations, conditions, references ($ref, $anchor,
/// $dynamicRef, $id inside of the document) and what other keywords left unlooked-at. <c>format</c> asserts only where that is asked for.
/// <c>content…</c> and everything unknown says nothing; <see cref="Ignored"/> names what is unknown.</para>
/// <para>Nothing is fetched: a reference out of the document is a problem of the schema. So is one that leads back to itself without going
/// deeper into the value. Patterns are ECMAScript's, run in linear time where they can be.</para>
/// </remarks>
sealed class JsonSchema
{
    readonly SchemaNode _root;
    readonly bool _tracksSeen;

    JsonSchema(SchemaReading reading, SchemaNode root)
    {
        _root = root;
        _tracksSeen = reading.TracksSeen;
        Ignored = [.. reading.Unknown.Order(StringComparer.Ordinal)];
    }

    /// <summary>Keywords that no draft knows and that therefore say nothing.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <param name="path">Where the schema stands, for the problems.</param>
    /// <returns>Null where there are problems.</returns>
    public static JsonSchema? Read(JsonElement json, string path, bool assertsFormats, Action<string> problem)
    {
        if (SchemaDrafts.Of(json) is not { } draft)
        {
            problem($"{path}.$schema is {GraderReader.Show(json.GetProperty("$schema"))}, but needs to be "
                + "\"https://json-schema.org/draft/2020-12/schema\" or \"http://json-schema.org/draft-07/schema#\".");
            return null;
        }

        var reading = new SchemaReading(json.Clone(), path, draft, assertsFormats);
        var root = reading.Read();
        reading.Problems.ForEach(problem);
        return reading.Problems.Count == 0 ? new(reading, root) : null;
    }

    /// <param name="problem">The first thing that does not fit, as a sentence that names its place.</param>
    /// <exception cref="SchemaLimitException">The bounds of <see cref="SchemaRun"/> were met.</exception>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">A pattern took too long.</exception>
    public bool Fits(JsonElement value, out string problem)
    {
        var run = new SchemaRun(_tracksSeen);
        bool fits = run.Fits(_root, value, null);
        problem = run.Problem ?? "";
        return fits;
    }
}
