using System.Text.Json.Nodes;
using Hone.Bench.Table;

namespace Hone.Tests.Bench;

public class PeerFiguresTests
{
    static readonly PeerFigures _run = new(
    [
        Line("""{"event": "eval", "step": 0, "accuracy": 0.9}"""),
        Line("""{"event": "step", "seconds": 2}"""),
        Line("""{"event": "eval", "step": 1, "accuracy": 0.5}"""),
        Line("""{"event": "step", "seconds": 3}"""),
        Line("""{"event": "eval", "step": 2, "accuracy": 0.8}"""),
        Line("""{"event": "step", "seconds": 4}"""),
        Line("""{"event": "summary", "wall_seconds": 9}"""),
    ]);

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.7, 5)]
    [InlineData(0.95, 9)]
    public void Seconds_to_an_accuracy_end_at_the_first_evaluation_after_a_step_that_reaches_it(double accuracy, double seconds) =>
        Assert.Equal(seconds, _run.TrainingSecondsTo(accuracy));

    [Fact]
    public void Of_several_runs_the_fastest_that_reached_the_accuracy_counts()
    {
        var runs = new PeerFigures(
        [
            Line("""{"event": "step", "seconds": 3}"""), Line("""{"event": "eval", "step": 1, "accuracy": 0.5}"""), Line("""{"event": "summary"}"""),
            Line("""{"event": "step", "seconds": 9}"""), Line("""{"event": "eval", "step": 1, "accuracy": 0.8}"""), Line("""{"event": "summary"}"""),
        ]);

        Assert.Equal(9, runs.TrainingSecondsTo(0.7));
        Assert.Equal(3, runs.TrainingSecondsTo(0.4));
    }

    [Fact]
    public void Without_steps_there_are_no_seconds() => Assert.Null(PeerFigures.None.TrainingSecondsTo(0.5));

    static JsonObject Line(string text) => JsonNode.Parse(text)!.AsObject();
}
