namespace Hone.Tensors.Measurement;

/// <summary>What an operation has to do at least: floating-point operations (a multiply-add counts two) and bytes between memory and processor.</summary>
/// <remarks>Bytes count every operand once: what an operation reads again is in its time, not in its cost.</remarks>
public readonly record struct Cost(double Flops, double Bytes)
{
    public static Cost operator +(Cost a, Cost b) => new(a.Flops + b.Flops, a.Bytes + b.Bytes);

    public static Cost Add(Cost a, Cost b) => a + b;

    /// <summary>Seconds that no implementation can go below on a machine with these limits.</summary>
    /// <param name="flopsPerSecond">Peak of the arithmetic that is used.</param>
    /// <param name="bytesPerSecond">Bandwidth of memory.</param>
    public double LeastSeconds(double flopsPerSecond, double bytesPerSecond) => Math.Max(Flops / flopsPerSecond, Bytes / bytesPerSecond);
}
