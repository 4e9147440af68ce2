using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hone.Tensors;

namespace Hone.Jobs;

/// <summary>What made a run: program, command and machine. The <c>record</c> object of a run's job.json.</summary>
public sealed record RunOrigin
{
    /// <summary>Version of the program, with the commit where the build knew it.</summary>
    public required string Hone { get; init; }

    /// <summary>What the user typed, or null where no command line was involved.</summary>
    public string? Command { get; init; }

    public required DateTimeOffset Created { get; init; }
    public required string Processor { get; init; }

    /// <summary>"avx512", "avx2", "vector128" or "plain": results are equal to the bit within a tier only.</summary>
    public required string InstructionSet { get; init; }
    public required int Threads { get; init; }

    /// <summary>What computed, in the device's words, which also name the kernels of a bf16 run. Null in older runs.</summary>
    public string? Device { get; init; }

    public required string OperatingSystem { get; init; }
    public required string Runtime { get; init; }

    public static RunOrigin Here(string? command = null, Device? device = null) => new()
    {
        Hone = typeof(RunOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        Command = command,
        Created = DateTimeOffset.UtcNow,
        Processor = ProcessorName(),
        InstructionSet = InstructionSetTier(),
        Threads = Workers.Default.Count,
        Device = device?.Description,
        OperatingSystem = $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
        Runtime = RuntimeInformation.FrameworkDescription,
    };

    /// <summary>Why a run that this made cannot go on here to the bit, or null. Settings say which products there are.</summary>
    public string? OtherMachine(JobSettings settings)
    {
        var here = Here(device: new CpuDevice(settings.Compute));
        if (InstructionSet != here.InstructionSet)
        {
            return $"the run began with {InstructionSet} instructions, and this machine computes with {here.InstructionSet}";
        }

        return settings.Compute == Compute.Bf16 && Device is { } device && Bf16(device) != Bf16(here.Device!)
            ? $"the run began with{Bf16(device)}, and this machine computes with{Bf16(here.Device!)}"
            : null;
    }

    // "avx512, bf16 products in machine code (…), 2 threads": the part about products.
    static string Bf16(string device) => device.Split(',').FirstOrDefault(part => part.Contains("bf16", StringComparison.Ordinal), " other products");

    /// <summary>Of this machine, in the words of <see cref="InstructionSet"/>.</summary>
    public static string InstructionSetTier() =>
        Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : Vector128.IsHardwareAccelerated ? "vector128" : "plain";

    static string ProcessorName()
    {
        const string linux = "/proc/cpuinfo";
        string? line = File.Exists(linux)
            ? File.ReadLines(linux).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[^1].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
