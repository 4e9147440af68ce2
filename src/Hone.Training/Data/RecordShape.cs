using System.Text.Json;
using Hone.Grading;

namespace Hone.Training.Data;

/// <summary>A known answer and the key that it stands under, for sentences. The value is undefined where there is none.</summary>
readonly record struct KnownAnswer(JsonElement Value, string Key)
{
    /// <summary>The text that a grader compares with; null where no answer is known.</summary>
    public string? Text(Action<string> problem)
    {
        if (!Value.IsNothing() && IsEmpty)
        {
            problem($"{Key} is empty; write the answer, or leave the key out where none is known.");
            return null;
        }

        return ReferenceText.Of(Value);
    }

    bool IsEmpty => Value.ValueKind switch
    {
        JsonValueKind.String => string.IsNullOrWhiteSpace(Value.GetString()),
        JsonValueKind.Object => Value.GetPropertyCount() == 0,
        JsonValueKind.Array => Value.GetArrayLength() == 0,
        _ => false,
    };
}

/// <summary>Which keys of a record hold its turns and its known answer.</summary>
/// <remarks>
/// <para>Chat completions, as Bedrock and OpenAI read them: <c>messages</c>, <c>reference_answer</c>.</para>
/// <para>veRL: <c>prompt</c> is the list of turns, <c>reward_model.ground_truth</c> the answer.</para>
/// <para>Plain rows: <c>prompt</c>, <c>question</c> or <c>problem</c> is a text, <c>answer</c> or <c>solution</c> the answer. GSM8K's files are such.</para>
/// </remarks>
sealed record RecordShape(string Conversation, IReadOnlyList<string> Answers)
{
    public const string Messages = "messages";

    public const string Reference = "reference_answer";

    public const string Example = """[{"role":"user","content":"…"}]""";

    static readonly RecordShape _chat = new(Messages, [Reference]);

    static readonly string[] _plainPrompts = ["prompt", "question", "problem"];

    static readonly string[] _plainAnswers = [Reference, "answer", "solution"];

    public static RecordShape Of(JsonElement json)
    {
        string? plain = json.TryGetProperty(Messages, out _) ? null : _plainPrompts.FirstOrDefault(key => json.TryGetProperty(key, out _));
        return plain is null ? _chat : new(plain, _plainAnswers);
    }

    public KnownAnswer Answer(JsonElement json, Action<string> problem)
    {
        if (Answers.FirstOrDefault(key => !json.Member(key).IsNothing()) is { } key)
        {
            return new(json.Member(key), $"\"{key}\"");
        }

        var model = json.Member("reward_model");
        if (!model.IsNothing() && model.ValueKind != JsonValueKind.Object)
        {
            problem($"\"reward_model\" is {JsonWords.Show(model)}, but needs to be an object such as {{\"style\":\"rule\",\"ground_truth\":\"…\"}}.");
        }

        var truth = model.Member("ground_truth");
        return truth.IsNothing()
            ? new(json.Member("metadata").Member(Reference), $"\"metadata.{Reference}\"")
            : new(truth, "\"reward_model.ground_truth\"");
    }
}
