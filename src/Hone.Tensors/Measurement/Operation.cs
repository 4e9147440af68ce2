namespace Hone.Tensors.Measurement;

/// <summary>The operations that a <see cref="MeasuredDevice"/> tells apart.</summary>
public enum Operation
{
    Linear,
    LinearInputGradient,
    LinearWeightGradient,

    /// <summary>The same three with an adapter's factor (<see cref="MeasuredDevice.Watch"/>).</summary>
    LowRank,
    LowRankInputGradient,
    LowRankWeightGradient,
    FinishGradient,
    Repack,
    Gather,
    GatherGradient,
    GatherRows,
    ScatterAddRows,
    Head,
    RmsNorm,
    RmsNormInputGradient,
    RmsNormWeightGradient,
    Rotate,
    PlaceKeysAndValues,
    Attention,
    AttentionInputGradient,
    Gate,
    GateInputGradient,
    Route,
    RouteInputGradient,
    ElementWise,
    LogSoftmaxInputGradient,
    ForEach,
}

/// <summary>The calls of one operation in one phase.</summary>
/// <param name="Phase">Where in a step it ran, as the measuring program says.</param>
/// <param name="AllocatedBytes">Managed memory that the calls asked for on the calling thread.</param>
public readonly record struct OperationTotal(
    string Phase, Operation Operation, long Calls, double Seconds, Cost Cost, long AllocatedBytes);
