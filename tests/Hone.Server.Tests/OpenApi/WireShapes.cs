using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Grading;
using Hone.Server.OpenApi;

namespace Hone.Server.Tests.OpenApi;

/// <summary>Holds what goes over the wire against the shapes of the OpenAPI document.</summary>
static partial class WireShapes
{
    static readonly ConcurrentDictionary<string, IGrader> _graders = new(StringComparer.Ordinal);

    static readonly JsonObject _schemas =
        new(Surfaces.Shapes.Select(shape => KeyValuePair.Create(shape.Key, (JsonNode?)ShapeReader.Read(shape.Value))));

    static readonly (string Method, Regex Path, JsonObject Said)[] _routes =
    [
        .. Surfaces.Routes.Select(route => (route.Route.Split(' ')[0], Pattern(route.Route.Split(' ')[1]), route.Said))
            .OrderBy(route => route.Item2.ToString().Count(c => c == '[')),
    ];

    /// <summary>What the document says of a request's route; null where it has none.</summary>
    public static JsonObject? Of(string method, string path) =>
        _routes.FirstOrDefault(route => route.Method == method && route.Path.IsMatch(path.Split('?')[0])).Said;

    /// <summary>What is wrong with a body that was taken or given; null: nothing.</summary>
    public static async Task<string?> Problem(string shape, string json)
    {
        // An answer's <think> is not read; a text of JSON may have it.
        string escaped = json.Replace("<", "\\u003c", StringComparison.Ordinal);
        var item = new GradingItem("wire", [], escaped, null, new Dictionary<string, JsonElement>(), false);
        var grade = (await _graders.GetOrAdd(shape, Grader).Grade([item], CancellationToken.None))[0];
        return grade.Score == 1 ? null : grade.Fault?.Message ?? grade.Reason;
    }

    /// <summary>What is wrong with the events of a stream; null: nothing.</summary>
    public static async Task<string?> StreamProblem(string shape, string text)
    {
        foreach (string line in text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)))
        {
            // A stream that breaks off ends with what is wrong.
            string? problem = line.StartsWith("data: {\"error\"", StringComparison.Ordinal)
                ? await Problem("Problem", line[6..])
                : await Problem(shape, line[6..]);
            if (problem is not null)
            {
                return $"{problem}: {line}";
            }
        }

        return null;
    }

    static IGrader Grader(string shape)
    {
        var schema = ShapeReader.Text(shape);
        schema["$defs"] = _schemas.DeepClone();
        string text = schema.ToJsonString().Replace(ShapeReader.Place, "#/$defs/", StringComparison.Ordinal);
        var settings = GraderSettings.Parse($$"""{"kind":"jsonSchema","from":"whole","schema":{{text}}}""");
        Assert.Empty(settings.Problems("grader"));
        return settings.Build();
    }

    // Ids of models and keys of objects may have slashes; what stands behind a parameter does not begin with one.
    static Regex Pattern(string path) => new($"^{Parameter().Replace(path, path.Contains("{key}", StringComparison.Ordinal) ? ".+" : "[^/]+")}$");

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
