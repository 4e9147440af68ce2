using System.Text.Json.Nodes;
using Hone.Bench.Table;

namespace Hone.Tests.Bench;

public class TableWriterTests
{
    static readonly TableRow _row = new()
    {
        Name = "train",
        Work = "a step",
        Unit = "tok/s",
        Commands = ["train"],
        Figure = lines => lines[0][0]["rate"]!.GetValue<double>(),
        Target = new(Yardstick.TimesPeer, 2, 3),
        PeerName = "Peer",
        Peer = (peers, _) => peers.Median("rate", ("what", "step"), ("batch", 4)),
    };

    [Theory]
    [InlineData(10, "10 tok/s | Peer 4 | 2.50x | 2.00x | 3.00x | floor |")]
    [InlineData(12, "12 tok/s | Peer 4 | 3.00x | 2.00x | 3.00x | moonshot |")]
    [InlineData(7, "7 tok/s | Peer 4 | 1.75x | 2.00x | 3.00x | **below** |")]
    public void A_row_holds_the_median_over_processes_against_the_peer(double median, string expected)
    {
        var results = Results(median - 1, median, median + 100);

        Assert.Contains($"| train | a step | {expected}", TableWriter.Write("zen4-2core", [_row], results, Peers(4)));
    }

    [Fact]
    public void Without_the_peer_a_ratio_has_no_verdict() =>
        Assert.Contains("| 5 tok/s | Peer |  | 2.00x | 3.00x | no peer figure |", TableWriter.Write("m", [_row], Results(5), PeerFigures.None));

    [Fact]
    public void A_row_that_was_not_run_says_so() =>
        Assert.Contains("| train | a step |  | Peer |  | 2.00x | 3.00x | not measured |", TableWriter.Write("m", [_row], Results(), Peers(4)));

    [Fact]
    public void Running_a_command_again_replaces_its_lines_alone()
    {
        var results = Results(5, 6);
        results.Replace("decode", [[Line(1)]]);

        results.Replace("train", [[Line(9)]]);

        Assert.Equal([9.0], TableWriter.FiguresOf(_row, results));
        Assert.Single(results.Of("decode"));
    }

    [Theory]
    [InlineData(Yardstick.AtMost, 5, "moonshot")]
    [InlineData(Yardstick.AtMost, 12, "floor")]
    [InlineData(Yardstick.AtMost, 13, "**below**")]
    [InlineData(Yardstick.PeerSecondsOverOurs, 12, "**below**")]
    [InlineData(Yardstick.PeerSecondsOverOurs, 4, "moonshot")]
    public void Seconds_are_better_when_they_are_fewer(Yardstick yardstick, double seconds, string verdict)
    {
        var target = yardstick == Yardstick.AtMost ? new Target(yardstick, 12, 6) : new Target(yardstick, 6, 10);

        Assert.Equal(verdict, target.Verdict(seconds, peer: 48));
    }

    [Fact]
    public void Every_row_has_a_name_of_its_own_and_a_floor_that_its_moonshot_exceeds()
    {
        Assert.Equal(TableRows.All.Count, TableRows.All.Select(row => row.Name).Distinct().Count());
        Assert.All(TableRows.All, row => Assert.Equal(
            row.Target.Yardstick == Yardstick.AtMost, row.Target.Moonshot < row.Target.Floor));
    }

    static TableResults Results(params double[] rates)
    {
        var results = new TableResults([]);
        results.Replace("train", [.. rates.Select(rate => new[] { Line(rate) })]);
        return results;
    }

    static JsonObject Line(double rate) => new() { ["rate"] = rate, ["commit"] = "abc", ["other_load"] = 0.01 };

    static PeerFigures Peers(double rate) => new(
    [
        JsonNode.Parse($$"""{"what": "step", "batch": 4, "rate": {{rate}}}""")!.AsObject(),
        JsonNode.Parse("""{"what": "step", "batch": 8, "rate": 1000}""")!.AsObject(),
    ]);
}
