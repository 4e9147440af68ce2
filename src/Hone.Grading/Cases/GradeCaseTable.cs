using System.Text.Json;

namespace Hone.Grading.Cases;

/// <summary>A JSONL file of cases for a grader.</summary>
/// <remarks>
/// <para><c>{"completion":"#### 18","reference_answer":"18","expected":1}</c>. <c>expected</c> is a number, <c>{"min":0.2,"max":0.5}</c> with one
/// bound or both, or <c>"fault"</c>. <c>messages</c>, <c>reference_answer</c> and further keys are what a record of a data file has; <c>name</c>
/// is for people, <c>truncated</c> says that the completion ran out of tokens, and cases of one <c>group</c> are compared with each other.</para>
/// </remarks>
public static class GradeCaseTable
{
    static readonly string[] _ownKeys = ["id", "messages", "completion", "expected", "name", "truncated", "group"];

    /// <returns>The cases; where there are problems, those as sentences with their lines, and the cases are of no use.</returns>
    public static (IReadOnlyList<GradeCase> Cases, IReadOnlyList<string> Problems) Read(string file)
    {
        var problems = new List<string>();
        var cases = new List<GradeCase>();
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line) && new GradeCaseReader(number, problems).Read(line) is { } one)
            {
                cases.Add(one);
            }
        }

        if (cases.Count == 0 && problems.Count == 0)
        {
            problems.Add("it holds no cases; a line is a case such as {\"completion\":\"#### 18\",\"reference_answer\":\"18\",\"expected\":1}.");
        }

        return (WithGroupSizes(cases), problems);
    }

    internal static bool IsOwn(string key) => _ownKeys.Contains(key);

    static GradeCase[] WithGroupSizes(List<GradeCase> cases)
    {
        var sizes = cases.Where(one => one.Item.Group is not null).CountBy(one => one.Item.Group!).ToDictionary();
        return [.. cases.Select(one => one.Item.Group is { } group ? one with { Item = one.Item with { GroupSize = sizes[group] } } : one)];
    }
}

/// <summary>Reads one line of the table and adds what is wrong with it to the table's problems.</summary>
sealed class GradeCaseReader(int line, List<string> problems)
{
    readonly int _problemsBefore = problems.Count;

    public GradeCase? Read(string text)
    {
        try
        {
            return Read(JsonElement.Parse(text));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperation: JSON, but a text with half of a surrogate pair.
            Problem("this is not JSON; a case is an object such as {\"completion\":\"#### 18\",\"expected\":1}.");
            return null;
        }
    }

    GradeCase? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Problem($"the line is {GraderReader.Show(json)}, but needs to be an object with \"completion\" and \"expected\".");
            return null;
        }

        string completion = Text(json, "completion", isNeeded: true) ?? "";
        string name = Text(json, "name") ?? $"line {line}";
        var expected = Expected(json);
        var metadata = json.EnumerateObject().Where(property => !GradeCaseTable.IsOwn(property.Name))
            .DistinctBy(property => property.Name).ToDictionary(property => property.Name, property => property.Value.Clone());
        var item = new GradingItem($"case-{line}", Messages(json), completion, json.TryGetProperty("reference_answer", out var answer) ? ReferenceText.Of(answer) : null, metadata, Truncated(json)) { Group = Text(json, "group") };
        return problems.Count == _problemsBefore ? new(name, line, item, expected) : null;
    }

    ExpectedGrade Expected(JsonElement json)
    {
        if (json.TryGetProperty("expected", out var given))
        {
            switch (given.ValueKind)
            {
                case JsonValueKind.Number:
                    return new(given.GetDouble(), given.GetDouble());
                case JsonValueKind.String when given.GetString() == "fault":
                    return ExpectedGrade.Fault;
                case JsonValueKind.Object when Bound(given, "min", double.NegativeInfinity) is { } least
                    && Bound(given, "max", double.PositiveInfinity) is { } most && least <= most
                    && given.EnumerateObject().Any() && given.EnumerateObject().All(bound => bound.Name is "min" or "max"):
                    return new(least, most);
            }
        }

        Problem($"\"expected\" is {Show(given)}, but needs to be a number, {{\"min\":…,\"max\":…}} or \"fault\".");
        return ExpectedGrade.Fault;
    }

    static double? Bound(JsonElement json, string key, double otherwise) =>
        !json.TryGetProperty(key, out var given) ? otherwise
        : given.ValueKind == JsonValueKind.Number ? given.GetDouble()
        : null;

    GradingMessage[] Messages(JsonElement json)
    {
        if (!json.TryGetProperty("messages", out var list))
        {
            return [];
        }

        if (list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(IsTurn))
        {
            return [.. list.EnumerateArray().Select(turn => new GradingMessage(turn.GetProperty("role").GetString()!, Content(turn.GetProperty("content"))))];
        }

        Problem($"\"messages\" is {Show(list)}, but needs to be a list of turns such as [{{\"role\":\"user\",\"content\":\"…\"}}].");
        return [];
    }

    static bool IsTurn(JsonElement turn) =>
        turn.ValueKind == JsonValueKind.Object
        && turn.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String
        && turn.TryGetProperty("content", out var content) && (content.ValueKind == JsonValueKind.String || IsParts(content));

    static bool IsParts(JsonElement content) => content.ValueKind == JsonValueKind.Array && content.EnumerateArray().All(part =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String);

    static string Content(JsonElement content) => content.ValueKind == JsonValueKind.String
        ? content.GetString()!
        : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));

    bool Truncated(JsonElement json)
    {
        if (json.TryGetProperty("truncated", out var given) && given.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Problem($"\"truncated\" is {Show(given)}, but needs to be true or false.");
        }

        return given.ValueKind == JsonValueKind.True;
    }

    string? Text(JsonElement json, string key, bool isNeeded = false)
    {
        if (!json.TryGetProperty(key, out var given) && !isNeeded)
        {
            return null;
        }

        if (given.ValueKind == JsonValueKind.String)
        {
            return given.GetString();
        }

        Problem($"\"{key}\" is {Show(given)}, but needs to be a text.");
        return null;
    }

    static string Show(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? "missing" : GraderReader.Show(json);

    void Problem(string sentence) => problems.Add($"line {line}: {sentence}");
}
