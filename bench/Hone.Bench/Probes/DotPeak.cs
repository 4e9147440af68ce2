using Hone.Tensors;
using Hone.Tensors.Kernels.MachineCode;

namespace Hone.Bench.Probes;

/// <summary>The most BF16 dot products that the processor makes, where it has them and emitted code may run.</summary>
static class DotPeak
{
    const long IterationsPerTask = 4096;

    /// <summary>FLOP/s of all threads together, or null.</summary>
    public static double? Measure(Workers workers, int milliseconds) =>
        Bf16Peak.IsSupported
            ? RegionRate.Best(workers, new Region(), milliseconds, workers.Count * 32) * Bf16Peak.Run(IterationsPerTask)
            : null;

    readonly struct Region : IRegion
    {
        public void Run(int task) => Bf16Peak.Run(IterationsPerTask);
    }
}
