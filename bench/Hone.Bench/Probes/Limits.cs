using System.Text.Json.Nodes;
using Hone.Tensors.Measurement;

namespace Hone.Bench.Probes;

/// <summary>What the machine gave a number of threads: FLOP/s and bytes per second.</summary>
/// <param name="Bf16Flops">Peak of BF16 dot products; null where the processor has none.</param>
public sealed record Limits(int Threads, double FmaFlops, double? Bf16Flops, double MemoryBytes, double L2Bytes, double L3Bytes)
{
    /// <summary>Seconds that a cost's arithmetic takes at these peaks. Without BF16 dot products its F32 kernels do the same work.</summary>
    public double ArithmeticSeconds(Cost cost) => cost.ArithmeticSeconds(FmaFlops, Bf16Flops ?? FmaFlops);

    /// <summary>The better of two moments, figure by figure.</summary>
    public static Limits Better(Limits a, Limits b) => new(
        a.Threads,
        Math.Max(a.FmaFlops, b.FmaFlops),
        a.Bf16Flops is { } x && b.Bf16Flops is { } y ? Math.Max(x, y) : a.Bf16Flops ?? b.Bf16Flops,
        Math.Max(a.MemoryBytes, b.MemoryBytes),
        Math.Max(a.L2Bytes, b.L2Bytes),
        Math.Max(a.L3Bytes, b.L3Bytes));

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["threads"] = Threads, ["fma_gflops"] = Giga(FmaFlops) };
        if (Bf16Flops is { } bf16)
        {
            json["bf16_gflops"] = Giga(bf16);
        }

        json["read_gbs"] = Giga(MemoryBytes);
        json["read_l2_gbs"] = Giga(L2Bytes);
        json["read_l3_gbs"] = Giga(L3Bytes);
        return json;
    }

    static double Giga(double value) => Spread.Round(value / 1e9);
}
