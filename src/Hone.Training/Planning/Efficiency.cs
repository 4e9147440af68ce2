using Hone.Tensors.Measurement;
using Hone.Tensors.Planning;

namespace Hone.Training.Planning;

/// <summary>
/// How near the machine's limits the kernels come, by kind of operation:
/// seconds = region + max(FLOPs / (peak · share of peak), bytes / (bandwidth · share of bandwidth)).
/// </summary>
/// <remarks>
/// Measured once on a Zen 4 core in F32, at widths 128 and 896 with 1 to 1,360 rows, as the best of some repeats (docs/performance.md has
/// the table and says what it is worth elsewhere).
/// </remarks>
static class Efficiency
{
    // A region of tasks: waking the threads, waiting for the last, and the call itself.
    const double RegionSeconds = 2e-6;

    // Operands up to this size are where the operation before has left them.
    const double CacheBytes = 16e6;

    // Weights that all layers together need again for the next token: beyond this they come from memory.
    const double WeightCacheBytes = 24e6;

    // Of what the probe reads: a walk over weights is a long read.
    const double ShareForWeights = 0.92;

    public static double Seconds(in PlannedOperation operation, MachineRates rates, double modelBytes)
    {
        double arithmetic = operation.Cost.ArithmeticSeconds(rates.F32Flops, rates.Bf16Flops) / ShareOfPeak(operation);
        double activations = operation.Cost.Bytes - operation.WeightBytes;
        double memory =
            (activations / ShareOfBandwidth(operation.Operation) / (activations <= CacheBytes ? rates.CacheBytes : rates.MemoryBytes))
            + (operation.WeightBytes / ShareForWeights / (modelBytes <= WeightCacheBytes ? rates.CacheBytes : rates.MemoryBytes));
        return RegionSeconds + Math.Max(arithmetic, memory);
    }

    static double ShareOfPeak(in PlannedOperation operation) => operation.Operation switch
    {
        // Few rows leave accumulators idle while a panel of weights is unpacked.
        Operation.Linear => operation.Rows >= 24 ? 0.77 : operation.Rows >= 4 ? 0.67 : 0.22,
        Operation.LinearInputGradient or Operation.LinearWeightGradient => 0.7,

        // The softmax comes on top of the products.
        Operation.Head => 0.65,

        // R columns fill few registers, and the sums of a group's gradient pass through memory.
        Operation.LowRank => operation.Rows >= 24 ? 0.55 : 0.38,
        Operation.LowRankInputGradient => 0.57,
        Operation.LowRankWeightGradient => 0.44,

        // A decoded row meets each key once; a prompt's rows share a block of keys. Exponentials are not multiply-adds.
        Operation.Attention => operation.Rows >= 256 ? 0.45 : 0.24,
        Operation.AttentionInputGradient => 0.5,

        // Vectors without blocks in registers: loads and stores bound them.
        Operation.Gate => 0.35,
        Operation.GateInputGradient => 0.27,

        // Drawing a token: sums in double, then a search.
        Operation.ForEach => 0.1,
        _ => 0.12,
    };

    static double ShareOfBandwidth(Operation operation) => operation switch
    {
        // One float of each line: rows lie across panels, keys are transposed.
        Operation.Gather => 0.03,
        Operation.PlaceKeysAndValues => 0.08,
        Operation.Repack or Operation.FinishGradient => 0.08,
        _ => 0.65,
    };
}
