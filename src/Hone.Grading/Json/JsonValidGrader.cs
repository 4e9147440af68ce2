using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>What the JSON of an answer may be.</summary>
public enum JsonRoot
{
    /// <summary>An object or a list: a bare number or word is JSON too, and says nothing about the form.</summary>
    Container,
    Object,
    List,
    Any,
}

/// <summary>1 where the answer holds JSON of the wanted sort, else 0.</summary>
/// <remarks>When to use it: as a small part or a gate beside a grader of the content; alone it is satisfied with <c>{}</c>.</remarks>
public sealed class JsonValidGrader(JsonPlace from = JsonPlace.Any, JsonRoot root = JsonRoot.Container) : IGrader
{
    internal static JsonValidGrader Read(GraderForm form)
    {
        var from = JsonAnswer.ReadPlace(form);
        string root = form.Choice("root", "container", ("container", "an object or a list"), ("object", ""), ("list", ""), ("any", "any JSON value"));
        return new(from, Enum.Parse<JsonRoot>(root, ignoreCase: true));
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(GradeOne)]);

    Grade GradeOne(GradingItem item) =>
        JsonAnswer.Find(item.Completion, from, out string problem) is not { } json ? item.Scored(0, problem)
        : Fits(json.ValueKind) ? item.Scored(1, "It is JSON.")
        : item.Scored(0, $"It is JSON, but {GraderReader.Show(json)} where {Wanted} is needed.");

    bool Fits(JsonValueKind kind) => root switch
    {
        JsonRoot.Object => kind == JsonValueKind.Object,
        JsonRoot.List => kind == JsonValueKind.Array,
        JsonRoot.Container => kind is JsonValueKind.Object or JsonValueKind.Array,
        _ => true,
    };

    string Wanted => root switch
    {
        JsonRoot.Object => "an object",
        JsonRoot.List => "a list",
        _ => "an object or a list",
    };
}
