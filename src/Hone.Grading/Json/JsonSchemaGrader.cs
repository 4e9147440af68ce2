using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Grading.Json.Schema;

namespace Hone.Grading.Json;

/// <summary>1 where the answer's JSON fits a JSON Schema (2020-12 or draft 7, as its <c>$schema</c> says), else 0.</summary>
/// <remarks>When to use it: answers whose form is all that counts, or as a gate before their content is compared. The metric <c>parsed</c>
/// is 1 where there was JSON at all. A schema that costs more than its bounds allow on an answer is a fault.</remarks>
public sealed class JsonSchemaGrader : IGrader
{
    readonly JsonSchema? _schema;
    readonly JsonPlace _from;

    JsonSchemaGrader(JsonSchema? schema, JsonPlace from) => (_schema, _from) = (schema, from);

    internal static JsonSchemaGrader? Read(GraderForm form)
    {
        var from = JsonAnswer.ReadPlace(form);
        bool asserts = form.Flag("assertFormats");
        bool isInline = form.Has("schema"), isFile = form.Has("schemaFile");
        if (isInline == isFile)
        {
            form.Problem($"{form.Path} has {(isInline ? "both a schema and" : "neither a schema nor")} a schemaFile, but needs one of them: "
                + "the JSON Schema that answers have to fit.");
            return null;
        }

        string key = isInline ? "schema" : "schemaFile";
        var json = isInline ? form.Any(key) : ReadFile(form);
        return json is null
            ? form.Context.FilesMustExist ? null : new(null, from)
            : JsonSchema.Read(json.Value, $"{form.Path}.{key}", asserts, sentence => form.Problem(sentence)) is { } schema ? new(schema, from)
            : null;
    }

    public IEnumerable<string> Notes => _schema is not { Ignored.Count: > 0 } ? []
        : [$"The JSON Schema has keywords that no draft knows and that check nothing: {string.Join(", ", _schema.Ignored)}."];

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(GradeOne)]);

    Grade GradeOne(GradingItem item)
    {
        var json = JsonAnswer.Find(item.Completion, _from, out string problem);
        var parsed = new Metric("parsed", json is null ? 0 : 1, MetricType.Metric);
        if (json is null || _schema is null)
        {
            return json is null ? item.Scored(0, problem, parsed) : item.Failed("schema", "the file of the schema could not be read.");
        }

        try
        {
            return _schema.Fits(json.Value, out problem) ? item.Scored(1, "It fits the schema.", parsed) : item.Scored(0, problem, parsed);
        }
        catch (SchemaLimitException e)
        {
            return item.Failed("schema", $"{e.Message}; it needs to be simpler.");
        }
        catch (RegexMatchTimeoutException)
        {
            return item.Failed("schema", $"a pattern took longer than {SchemaPattern.TimeLimit.TotalMilliseconds} ms; write it without nested repetition.");
        }
    }

    static JsonElement? ReadFile(GraderForm form)
    {
        if (form.File("schemaFile", "a JSON file with the schema") is not { } path || !File.Exists(path))
        {
            return null;
        }

        var json = JsonText.Parse(File.ReadAllText(path), out string problem);
        if (json is null)
        {
            form.Problem($"{form.Path}.schemaFile is \"{path}\", which {problem}; it needs to be a JSON Schema.");
        }

        return json;
    }
}
