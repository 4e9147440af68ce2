namespace Hone.Tensors;

/// <summary>Cosines and sines of every position a run can reach: [positions, rotated / 2] each.</summary>
public sealed record RotaryTables(float[] Cos, float[] Sin, int RotatedWidth)
{
    public int Positions => RotatedWidth == 0 ? 0 : Cos.Length / (RotatedWidth / 2);
}
