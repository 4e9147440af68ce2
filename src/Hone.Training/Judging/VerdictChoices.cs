using System.Globalization;
using System.Text.Json;
using Hone.Grading.Judges;

namespace Hone.Training.Judging;

/// <summary>What a verdict that a model is bound to can be, as JSON: the field's words, or for a number eleven evenly spaced ones.</summary>
public static class VerdictChoices
{
    const int Steps = 10;

    public static string[] Of(AnswerField field) => field.Choices is { } choices
        ? [.. choices.Select(choice => JsonSerializer.Serialize(choice))]
        : [.. Enumerable.Range(0, Steps + 1).Select(step =>
            (field.Low + ((field.High - field.Low) * step / Steps)).ToString("0.######", CultureInfo.InvariantCulture))];
}
