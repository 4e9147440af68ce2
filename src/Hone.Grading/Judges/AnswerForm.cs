using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Grading.Judges;

/// <summary>One verdict of an answer: a word out of <paramref name="Choices"/>, or without them a number from Low to High.</summary>
public sealed record AnswerField(string Key, IReadOnlyList<string>? Choices, double Low = 0, double High = 1)
{
    /// <summary>The first choice is worth 0, the last 1, the others lie evenly between.</summary>
    public double ValueOf(int choice) => Choices!.Count == 1 ? 1 : (double)choice / (Choices.Count - 1);

    /// <summary>In the words of the instruction.</summary>
    public string Options => Choices is null ? $"a number from {Low} to {High}" : string.Join(" or ", Choices);
}

/// <summary>The JSON object that an answer has to be: for each key, in order, a reason and behind it a verdict.</summary>
/// <remarks>Without reasons the verdict alone stands at each key.</remarks>
public sealed record AnswerForm(IReadOnlyList<AnswerField> Fields, bool Reasons)
{
    public const string Reason = "reason", Verdict = "verdict";

    /// <summary>An answer as the instruction shows it, on one line.</summary>
    public string Example => "{" + string.Join(",", Fields.Select(one => $"{Quoted(one.Key)}:{ExampleOf(one)}")) + "}";

    /// <summary>JSON Schema of the answer; every object is closed and every key required, as strict modes ask.</summary>
    public JsonObject Schema() => Closed([.. Fields.Select(field => (field.Key, Reasons
        ? Closed([(Reason, new JsonObject { ["type"] = "string" }), (Verdict, SchemaOf(field))])
        : SchemaOf(field)))]);

    static JsonObject SchemaOf(AnswerField field) => field.Choices is { } choices
        ? new() { ["type"] = "string", ["enum"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice))]) }
        : new() { ["type"] = "number" };

    static JsonObject Closed(IReadOnlyList<(string Key, JsonObject Schema)> members) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create<string, JsonNode?>(member.Key, member.Schema))),
        ["required"] = new JsonArray([.. members.Select(member => JsonValue.Create(member.Key))]),
        ["additionalProperties"] = false,
    };

    string ExampleOf(AnswerField field)
    {
        string verdict = field.Choices is null ? $"<{field.Options}>" : Quoted(field.Options);
        return Reasons ? $"{{\"{Reason}\":\"…\",\"{Verdict}\":{verdict}}}" : verdict;
    }

    static string Quoted(string text) => JsonSerializer.Serialize(text, AnswerReader.Readable);
}
