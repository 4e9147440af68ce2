namespace Hone.Tensors.Optimizers;

/// <summary>
/// What stays fixed over a run of AdamW; the rate is an argument of each step. Weight decay is the share of a weight that a step at a rate
/// of 1 takes away; it does not pass through the moments.
/// </summary>
public sealed record AdamWSettings(
    double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0);
