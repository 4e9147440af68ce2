using System.Text.Json;
using Hone.Grading;
using Hone.Training.Data;

namespace Hone.Training.Judging;

/// <summary>An answer that a person has rated.</summary>
public sealed record LabelledAnswer(GradingItem Item, double Label)
{
    const string Completion = "completion", LabelKey = "label";

    /// <summary>Reads a JSONL file of prompts, each with a <c>completion</c> and a number as <c>label</c> (true and false are 1 and 0).</summary>
    /// <exception cref="DataFileException">With every bad line.</exception>
    public static IReadOnlyList<LabelledAnswer> Read(string path)
    {
        var records = DataFile.ReadPrompts(path).RecordsOrThrow();
        List<DataProblem> problems = [];
        LabelledAnswer[] answers = [.. records.Select(record => Of(record, problems)).OfType<LabelledAnswer>()];
        return problems.Count == 0 ? answers : throw new DataFileException(path, problems, problems.Count);
    }

    static LabelledAnswer? Of(PromptRecord record, List<DataProblem> problems)
    {
        int before = problems.Count;
        string? completion = record.Metadata.TryGetValue(Completion, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        double? label = record.Metadata.TryGetValue(LabelKey, out var given) ? Number(given) : null;
        if (completion is null)
        {
            problems.Add(new(record.Line, "completion is missing or no text; it needs to be the answer that was rated."));
        }

        if (label is null)
        {
            problems.Add(new(record.Line, "label is missing or no number; it needs to be a person's rating on the grader's scale, such as 0 or 1."));
        }

        if (problems.Count > before)
        {
            return null;
        }

        var item = new PreparedPrompt(record, [], 0).Item(record.Id, completion!, truncated: false);
        return new(
            item with { Metadata = record.Metadata.Where(pair => pair.Key is not (Completion or LabelKey)).ToDictionary(pair => pair.Key, pair => pair.Value) },
            label!.Value);
    }

    static double? Number(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Number when json.TryGetDouble(out double number) && double.IsFinite(number) => number,
        _ => null,
    };
}
