using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Bench;
using Hone.Bench.Workloads;
using Hone.Tensors;

namespace Hone.Cli.Commands;

/// <summary>What every bench takes: threads, repeats, and where results go.</summary>
sealed class BenchOptions
{
    readonly Option<int?> _threads = new("--threads") { Description = "Threads. Default: one for each processor." };
    readonly Option<int> _repeats;
    readonly Option<int> _warmup = new("--warmup") { Description = "Repeats before those that count.", DefaultValueFactory = _ => 1 };
    readonly Option<double> _patience = new("--patience")
    {
        Description = "On a shared machine: seconds to wait in all for quiet moments, and to run again what others disturbed.",
    };

    readonly Option<string?> _output = new("--output") { Description = "File that results are appended to, one JSON line each." };

    /// <param name="repeats">How many repeats count by default.</param>
    public BenchOptions(Command command, int repeats)
    {
        _repeats = new("--repeats") { Description = "Repeats that count.", DefaultValueFactory = _ => repeats };
        foreach (Option option in new Option[] { _threads, _repeats, _warmup, _patience, _output })
        {
            command.Options.Add(option);
        }
    }

    public static Option<string> Shape() => new("--shape")
    {
        Description = "tiny, qwen2.5-0.5b, arithmetic, or a model folder.",
        DefaultValueFactory = _ => ModelShape.Tiny.Name,
    };

    public static Option<string> Weights()
    {
        var weights = new Option<string>("--weights") { Description = "How random weights are stored: f32 or bf16.", DefaultValueFactory = _ => "bf16" };
        weights.AcceptOnlyFromAmong("f32", "bf16");
        return weights;
    }

    public static MeasuredModel Model(ParseResult parsed, Option<string> shape, Option<string> weights, Option<Compute> compute) =>
        new(ModelShape.Parse(parsed.GetRequiredValue(shape), ShippedFiles.Find), Type(parsed, weights, compute), parsed.GetValue(compute));

    /// <exception cref="CommandException">F32 weights and BF16 arithmetic do not go together.</exception>
    public static ElementType Type(ParseResult parsed, Option<string> weights, Option<Compute> compute)
    {
        string text = parsed.GetRequiredValue(weights);
        return text == "f32" && parsed.GetValue(compute) == Compute.Bf16
            ? throw new CommandException("--compute is bf16, but --weights is f32; arithmetic in bf16 needs weights in bf16.")
            : text == "bf16" ? ElementType.BF16 : ElementType.F32;
    }

    /// <summary>Whole numbers of 1 or more, separated by commas.</summary>
    public static IReadOnlyList<int> Numbers(string option, string text)
    {
        var numbers = text.Split(',').Select(part => int.TryParse(part, out int number) ? number : 0).ToArray();
        return numbers.All(number => number > 0)
            ? numbers
            : throw new CommandException($"{option} is {text}, but needs whole numbers of 1 or more, separated by commas.");
    }

    /// <exception cref="CommandException">A number is too small.</exception>
    public static void AtLeastOne(params (string Option, int Value)[] values)
    {
        string[] problems = [.. values.Where(value => value.Value < 1).Select(value => $"{value.Option} is {value.Value}, but needs 1 or more.")];
        if (problems.Length > 0)
        {
            throw new CommandException(string.Join(Environment.NewLine, problems));
        }
    }

    /// <summary>Runs a bench and shows its results as they come.</summary>
    public int Run(ParseResult parsed, Action<BenchSession> bench, CancellationToken stop)
    {
        int threads = parsed.GetValue(_threads) ?? Workers.Default.Count;
        AtLeastOne(("--threads", threads), ("--repeats", parsed.GetValue(_repeats)));
        var view = new BenchView(new Output(parsed));
        string? file = parsed.GetValue(_output);
        using var workers = new Workers(threads);
        var repeats = new Repeats(parsed.GetValue(_repeats), Math.Max(0, parsed.GetValue(_warmup)), parsed.GetValue(_patience));
        void Show(JsonObject line)
        {
            if (file is not null)
            {
                File.AppendAllText(file, line.ToJsonString(Output.OneLine) + "\n");
            }

            view.Show(line);
        }

        using var session = new BenchSession(workers, repeats, Show, stop);
        bench(session);
        return HoneCommand.Success;
    }
}
