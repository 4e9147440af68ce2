using System.Text.Json;
using Hone.Grading;
using Hone.Training.Data;
using Hone.Training.Judging;

namespace Hone.Tests.Training.Judging;

public sealed class CalibrationTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Labels_are_the_categories_and_scores_go_to_the_nearest()
    {
        var calibration = Calibration.Of([Pair(0, 0.2), Pair(0, 0.9), Pair(0.5, 0.4), Pair(1, 0.8), Pair(1, null)], threshold: null);

        Assert.Equal(["0", "0.5", "1"], calibration.Categories);
        Assert.Equal([[1, 0, 1], [0, 1, 0], [0, 0, 1]], calibration.Table);
        Assert.Equal(0.75, calibration.Kappa.Agreement);
        Assert.Equal((0.2 + 0.9 - 0.1 - 0.2) / 4, calibration.Difference.Value, 12);
        Assert.Single(calibration.Faults);
        Assert.Equal(0.9, Assert.Single(calibration.Apart).Grade.Score);
    }

    [Fact]
    public void A_threshold_makes_two_categories_of_a_scale()
    {
        var pairs = Enumerable.Range(0, 20).Select(i => Pair(i / 20.0, i / 20.0)).ToArray();

        Assert.Throws<ArgumentException>(() => Calibration.Of(pairs, threshold: null));
        Assert.Equal([[10, 0], [0, 10]], Calibration.Of(pairs, threshold: 0.5).Table);
    }

    [Fact]
    public void A_grader_that_scores_nothing_cannot_be_compared() =>
        Assert.Contains("scored none", Assert.Throws<ArgumentException>(() => Calibration.Of([Pair(1, null)], null)).Message);

    [Fact]
    public void Answers_are_read_with_their_labels_and_the_grader_sees_neither()
    {
        File.WriteAllText(_file, """{"messages":[{"role":"user","content":"2+2?"}],"reference_answer":"4","completion":"It is 4.","label":true,"topic":"sums"}""");

        var answer = Assert.Single(LabelledAnswer.Read(_file));

        Assert.Equal(("It is 4.", "4", 1), (answer.Item.Completion, answer.Item.Reference, answer.Label));
        Assert.Contains("topic", answer.Item.Metadata.Keys);
        Assert.DoesNotContain("label", answer.Item.Metadata.Keys);
    }

    [Fact]
    public void Every_bad_line_is_told()
    {
        File.WriteAllLines(_file,
        [
            """{"messages":[{"role":"user","content":"a"}],"completion":"b","label":"good"}""",
            """{"messages":[{"role":"user","content":"a"}],"label":1}""",
            """{"messages":[{"role":"user","content":"a"}],"completion":["b"],"label":1}""",
        ]);

        Assert.Equal([1, 2, 3], Assert.Throws<DataFileException>(() => LabelledAnswer.Read(_file)).Problems.Select(problem => problem.Line));
    }

    static (LabelledAnswer, Grade) Pair(double label, double? score)
    {
        var item = new GradingItem("a", [], "", null, new Dictionary<string, JsonElement>(), false);
        return (new(item, label), score is { } value ? item.Scored(value, "") : item.Failed("parse", "?"));
    }
}
