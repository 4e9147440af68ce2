using Hone.Tensors.Measurement;

namespace Hone.Tensors.Planning;

/// <summary>A call that a device was asked for and did not make.</summary>
/// <param name="Rows">Rows of activations.</param>
/// <param name="WeightBytes">The part of the cost's bytes that are weights: they come from memory when the model is larger than the caches.</param>
public readonly record struct PlannedOperation(Operation Operation, long Rows, Cost Cost, double WeightBytes = 0);
