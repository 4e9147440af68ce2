using Hone.Tensors.Measurement;
using Hone.Tensors.Planning;

namespace Hone.Training.Planning;

/// <summary>
/// How near the machine's limits the kernels come, by kind of operation: seconds = region + max(FLOPs / (peak · share), bytes / bandwidth).
/// </summary>
/// <remarks>The table was measured once, on Zen 4, in F32 at widths 128 and 896; docs/performance.md says how and what it is worth.</remarks>
static class Efficiency
{
    // A region of tasks: waking the threads, waiting for the last, and the call itself.
    const double RegionSeconds = 3e-6;

    // Operands up to this size are where the operation before has left them.
    const double CacheBytes = 16e6;

    // Weights that all layers together need again for the next token: beyond this they come from memory.
    const double WeightCacheBytes = 24e6;

    // Strided and short copies do not reach what long reads do.
    const double BandwidthShare = 0.8;

    public static double Seconds(in PlannedOperation operation, MachineRates rates, double modelBytes)
    {
        double arithmetic = operation.Cost.ArithmeticSeconds(rates.F32Flops, rates.Bf16Flops) / ShareOfPeak(operation);
        double activations = operation.Cost.Bytes - operation.WeightBytes;
        double memory =
            (activations / (activations <= CacheBytes ? rates.CacheBytes : rates.MemoryBytes))
            + (operation.WeightBytes / (modelBytes <= WeightCacheBytes ? rates.CacheBytes : rates.MemoryBytes));
        return RegionSeconds + Math.Max(arithmetic, memory / BandwidthShare);
    }

    static double ShareOfPeak(in PlannedOperation operation) => operation.Operation switch
    {
        // One row uses a twelfth of the accumulators; a few rows are unpacked from BF16 for little use.
        Operation.Linear or Operation.LinearInputGradient => operation.Rows >= 48 ? 0.8 : operation.Rows >= 12 ? 0.65 : operation.Rows >= 4 ? 0.5 : 0.25,
        Operation.LinearWeightGradient => 0.75,

        // The head's softmax comes on top of its products.
        Operation.Head => 0.7,

        // R columns fill few registers, and the sums of a group's gradient pass through memory.
        Operation.LowRank or Operation.LowRankInputGradient => 0.45,
        Operation.LowRankWeightGradient => 0.35,

        // Half of a diagonal block is masked, and exponentials are not multiply-adds.
        Operation.Attention => operation.Rows >= 256 ? 0.35 : 0.2,
        Operation.AttentionInputGradient => 0.3,
        _ => 0.3,
    };
}
