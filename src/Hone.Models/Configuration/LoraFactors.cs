namespace Hone.Models.Configuration;

/// <summary>The two factors of one module's adapter, row-major.</summary>
/// <param name="Rank">R.</param>
/// <param name="Inputs">The module's input width.</param>
/// <param name="Outputs">The module's output width.</param>
/// <param name="A">[R, Inputs].</param>
/// <param name="B">[Outputs, R].</param>
public sealed record LoraFactors(int Rank, int Inputs, int Outputs, float[] A, float[] B);
