using System.CommandLine;
using Hone.Bench.Workloads;
using Hone.Tensors;

namespace Hone.Cli.Commands;

/// <summary>hone bench gemm: matrix products in their three roles.</summary>
static class BenchGemmCommand
{
    static readonly Option<string> _role = new("--role") { Description = "forward, input-gradient, weight-gradient, a list of them, or all.", DefaultValueFactory = _ => "all" };
    static readonly Option<string?> _m = new("--m") { Description = "Rows, a list. Default: 1,4,16,64,256,2048." };
    static readonly Option<string?> _n = new("--n") { Description = "Outputs, a list that goes with --k." };
    static readonly Option<string?> _k = new("--k") { Description = "Inputs, a list as long as --n. Default: the shapes of a 0.5B model and smaller ones." };
    static readonly Option<string> _weights = BenchOptions.Weights();
    static readonly Option<Compute> _compute = ComputeOption.Create();
    static readonly Option<bool> _fromMemory = new("--from-memory") { Description = "Take turns over copies of the weights that no cache holds." };

    public static Command Create()
    {
        var command = new Command("gemm", "Measure matrix products.") { _role, _m, _n, _k, _weights, _compute, _fromMemory };
        var options = new BenchOptions(command, repeats: 3);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, Bench(parsed).Run, stop)));
        return command;
    }

    static GemmBench Bench(ParseResult parsed) => new(
        Roles(parsed.GetRequiredValue(_role)),
        parsed.GetValue(_m) is { } m ? BenchOptions.Numbers("--m", m) : GemmBench.UsualHeights,
        Shapes(parsed.GetValue(_n), parsed.GetValue(_k)),
        BenchOptions.Type(parsed, _weights, _compute),
        parsed.GetValue(_compute),
        parsed.GetValue(_fromMemory));

    static GemmRole[] Roles(string text)
    {
        var all = Enum.GetValues<GemmRole>();
        string[] names = text == "all" ? [.. all.Select(GemmBench.NameOf)] : text.Split(',');
        return Array.TrueForAll(names, name => all.Any(role => GemmBench.NameOf(role) == name))
            ? [.. names.Select(name => all.First(role => GemmBench.NameOf(role) == name))]
            : throw new CommandException($"--role is {text}, but needs to be all, or some of {string.Join(",", all.Select(GemmBench.NameOf))}.");
    }

    static IReadOnlyList<MatrixShape> Shapes(string? n, string? k)
    {
        if (n is null && k is null)
        {
            return GemmBench.UsualShapes;
        }

        var (outputs, inputs) = (BenchOptions.Numbers("--n", n ?? ""), BenchOptions.Numbers("--k", k ?? ""));
        return outputs.Count == inputs.Count
            ? [.. outputs.Zip(inputs, (one, other) => new MatrixShape(one, other))]
            : throw new CommandException($"--n has {outputs.Count} numbers and --k {inputs.Count}; each shape needs one of both.");
    }
}
