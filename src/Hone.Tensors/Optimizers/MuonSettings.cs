namespace Hone.Tensors.Optimizers;

/// <summary>
/// What stays fixed over a run of Muon; the rate is an argument of each step. Weight decay is the share of a weight that a step at a rate
/// of 1 takes away; it does not pass through the momentum.
/// </summary>
public sealed record MuonSettings(float Momentum = 0.95f, float WeightDecay = 0);
