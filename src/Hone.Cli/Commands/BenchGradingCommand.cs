using System.CommandLine;
using Hone.Bench.Workloads;

namespace Hone.Cli.Commands;

/// <summary>hone bench grading: grades per second of graders that do next to nothing.</summary>
static class BenchGradingCommand
{
    static readonly Option<int> _items = new("--items") { Description = "Completions of the batch.", DefaultValueFactory = _ => 10_000 };
    static readonly Option<string> _grader = new("--grader") { Description = "number, python, lambda or all.", DefaultValueFactory = _ => "all" };

    public static Command Create()
    {
        _grader.AcceptOnlyFromAmong([.. GradingBench.Graders.Keys, "all"]);
        var command = new Command("grading", "Measure graders, in this process and in worker processes.") { _items, _grader };
        var options = new BenchOptions(command, repeats: 5);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, Bench(parsed).Run, stop)));
        return command;
    }

    static GradingBench Bench(ParseResult parsed)
    {
        BenchOptions.AtLeastOne(("--items", parsed.GetValue(_items)));
        string grader = parsed.GetRequiredValue(_grader);
        return new(grader == "all" ? [.. GradingBench.Graders.Keys] : [grader], parsed.GetValue(_items));
    }
}
