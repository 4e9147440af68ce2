namespace Hone.Tensors.Measurement;

/// <summary>What an operation has to do at least: floating-point operations (a multiply-add counts two) and bytes between memory and processor.</summary>
/// <remarks>Bytes count every operand once: what an operation reads again is in its time, not in its cost.</remarks>
/// <param name="Bf16Flops">Those of products of BF16 numbers, which some processors do faster.</param>
public readonly record struct Cost(double F32Flops, double Bf16Flops, double Bytes)
{
    public Cost(double flops, double bytes)
        : this(flops, 0, bytes)
    {
    }

    public double Flops => F32Flops + Bf16Flops;

    public static Cost operator +(Cost a, Cost b) => new(a.F32Flops + b.F32Flops, a.Bf16Flops + b.Bf16Flops, a.Bytes + b.Bytes);

    public static Cost Add(Cost a, Cost b) => a + b;

    /// <summary>Seconds of arithmetic at these peaks, in FLOP/s.</summary>
    public double ArithmeticSeconds(double f32Peak, double bf16Peak) => (F32Flops / f32Peak) + (Bf16Flops / bf16Peak);

    /// <summary>Seconds that no implementation can go below on a machine with these limits, in FLOP/s and bytes per second.</summary>
    public double LeastSeconds(double f32Peak, double bf16Peak, double bandwidth) =>
        Math.Max(ArithmeticSeconds(f32Peak, bf16Peak), Bytes / bandwidth);
}
