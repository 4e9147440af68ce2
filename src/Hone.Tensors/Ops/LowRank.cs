namespace Hone.Tensors.Ops;

/// <summary>The factors of a LoRA adapter on one linear layer: A [R, K], B [N, R], the product scaled by alpha / R.</summary>
public sealed record LowRank(Parameter A, Parameter B, float Scale);
