using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Training.Judging;

namespace Hone.Cli.Views;

/// <summary>What hone judge calibrate prints.</summary>
static class CalibrationView
{
    public static void Show(Calibration calibration, IReadOnlyList<(LabelledAnswer Answer, Grade Grade)> graded, Output output)
    {
        var kappa = calibration.Kappa;
        int scored = graded.Count - calibration.Faults.Count;
        output.Line($"agreement {100 * kappa.Agreement:F1} % of {scored:N0} answers (by chance {100 * kappa.Chance:F1} %)");
        output.Line(double.IsNaN(kappa.Kappa)
            ? "Cohen's kappa cannot be told: there is one category only; add answers with other labels."
            : $"Cohen's kappa {kappa.Kappa:F3}  (95 % confidence {kappa.Interval.Low:F3} to {kappa.Interval.High:F3}; target {Calibration.Target:F1})");
        output.Line($"mean of score - label {calibration.Difference.Value:+0.000;-0.000}  (95 % confidence {calibration.Difference.Interval.Low:+0.000;-0.000} "
            + $"to {calibration.Difference.Interval.High:+0.000;-0.000})");
        ShowTable(calibration, output);
        ShowFaults(calibration, output);
        foreach (var (answer, grade) in calibration.Apart)
        {
            output.Line($"{answer.Item.Id}: label {answer.Label:0.###}, score {grade.Score:0.###}. {Visible.Of(grade.Reason)}");
        }

        output.Line(calibration.IsGood ? "The judge agrees with people well enough to train with."
            : "The judge does not agree with people well enough to train with: look at the answers above, then change rubric, reference or model.");
        output.Result(Json(calibration, graded.Count));
    }

    static void ShowTable(Calibration calibration, Output output)
    {
        int width = Math.Max(7, calibration.Categories.Max(name => name.Length) + 2);
        string Row(string name, IEnumerable<string> cells) => name.PadRight(width + 8) + string.Concat(cells.Select(cell => cell.PadLeft(width)));
        output.Line(Row("label \\ score", calibration.Categories));
        for (int a = 0; a < calibration.Categories.Count; a++)
        {
            output.Line(Row(calibration.Categories[a], calibration.Table[a].Select(count => count.ToString())));
        }
    }

    static void ShowFaults(Calibration calibration, Output output)
    {
        foreach (var kind in calibration.Faults.GroupBy(fault => fault.Boundary))
        {
            output.Line($"{kind.Count()} without a score, {Visible.Of($"{kind.First()}")}");
        }
    }

    static JsonObject Json(Calibration calibration, int answers) => new()
    {
        ["n"] = answers,
        ["faults"] = calibration.Faults.Count,
        ["agreement"] = calibration.Kappa.Agreement,
        ["kappa"] = Number(calibration.Kappa.Kappa),
        ["kappaLow"] = Number(calibration.Kappa.Interval.Low),
        ["kappaHigh"] = Number(calibration.Kappa.Interval.High),
        ["meanDifference"] = Number(calibration.Difference.Value),
        ["categories"] = new JsonArray([.. calibration.Categories.Select(name => JsonValue.Create(name))]),
        ["table"] = new JsonArray([.. calibration.Table.Select(row => new JsonArray([.. row.Select(count => JsonValue.Create(count))]))]),
        ["good"] = calibration.IsGood,
    };

    // JSON has no NaN: what cannot be told is null.
    static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
