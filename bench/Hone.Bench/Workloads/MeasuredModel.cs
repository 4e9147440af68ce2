using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Tensors;

namespace Hone.Bench.Workloads;

/// <summary>A decoder as it is measured.</summary>
/// <param name="Weights">How random weights are stored; a folder's stay as they are there.</param>
/// <param name="Compute">Arithmetic of products with BF16 weights.</param>
public sealed record MeasuredModel(ModelShape Shape, ElementType Weights, Compute Compute)
{
    /// <summary>A frozen decoder. Random weights are the same at every call.</summary>
    public Decoder Open(Device device) => (Shape.Folder, Weights) switch
    {
        ({ } folder, _) => DecoderLoader.Load(folder, device),
        (null, ElementType.BF16) => RandomDecoder.CreateFrozen(Shape.Config, device, seed: 1),
        _ => RandomWeights.Decoder(Shape.Config, device),
    };

    /// <summary>The same on a processor's threads.</summary>
    public Decoder Open(Workers workers) => Open(new CpuDevice(workers, Compute));

    public JsonObject Parameters() => new()
    {
        ["shape"] = Shape.Name,
        ["weights"] = Shape.Folder is null ? GemmBench.NameOf(Weights) : "as stored",
        ["compute"] = NameOf(Compute),
    };

    public static string NameOf(Compute compute) => compute == Compute.Bf16 ? "bf16" : "f32";
}
