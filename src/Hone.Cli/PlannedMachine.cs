using System.CommandLine;
using Hone.Bench.Probes;
using Hone.Tensors;
using Hone.Training.Planning;

namespace Hone.Cli;

/// <summary>The machine that a plan is for: this one, unless options name another's threads and rates.</summary>
static class PlannedMachine
{
    static readonly Option<int?> _threads = new("--threads")
    {
        Description = "Plan for a machine with so many threads. Without --gflops, arithmetic and caches are taken to grow from this machine's in proportion.",
    };

    static readonly Option<double?> _gflops = new("--gflops") { Description = "F32 GFLOP/s of that machine, all threads together (hone bench probe measures it)." };

    static readonly Option<double?> _bf16 = new("--bf16-gflops")
    {
        Description = "The same of BF16 dot products, for jobs with \"compute\": \"bf16\". Default: they keep the lead over F32 that they have here.",
    };

    static readonly Option<double?> _bandwidth = new("--bandwidth")
    {
        Description = "GB/s that the machine reads from memory, all threads together. Default: what this machine reads.",
    };

    public static IReadOnlyList<Option> Options { get; } = [_threads, _gflops, _bf16, _bandwidth];

    public static int? Threads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <exception cref="CommandException">An option is out of range.</exception>
    public static void Require(ParseResult parsed)
    {
        string[] problems =
        [
            .. parsed.GetValue(_threads) is < 1 or > 4096 ? new[] { $"--threads is {parsed.GetValue(_threads)}, but needs to be from 1 to 4096." } : [],
            .. Positive("--gflops", parsed.GetValue(_gflops)),
            .. Positive("--bf16-gflops", parsed.GetValue(_bf16)),
            .. Positive("--bandwidth", parsed.GetValue(_bandwidth)),
        ];
        if (problems.Length > 0)
        {
            throw new CommandException(string.Join(Environment.NewLine, problems));
        }
    }

    /// <summary>What this machine gives.</summary>
    public static MachineRates Here()
    {
        using var probe = new MachineProbe(Workers.Default);
        var limits = probe.Measure()[^1];
        return new(limits.Threads, limits.FmaFlops, limits.Bf16Flops ?? limits.FmaFlops, limits.MemoryBytes, limits.L3Bytes);
    }

    /// <summary>What the planned machine gives.</summary>
    public static MachineRates Rates(ParseResult parsed, MachineRates here)
    {
        int threads = parsed.GetValue(_threads) ?? here.Threads;
        double more = threads / (double)here.Threads;
        double f32 = parsed.GetValue(_gflops) * 1e9 ?? here.F32Flops * more;
        return new(
            threads,
            f32,
            parsed.GetValue(_bf16) * 1e9 ?? here.Bf16Flops * (f32 / here.F32Flops),
            parsed.GetValue(_bandwidth) * 1e9 ?? here.MemoryBytes,
            here.CacheBytes * more);
    }

    static string[] Positive(string name, double? value) =>
        value is { } given && !(given > 0 && double.IsFinite(given)) ? [$"{name} is {given}, but needs to be above 0."] : [];
}
