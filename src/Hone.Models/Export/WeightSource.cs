using Hone.Models.Configuration;

namespace Hone.Models.Export;

/// <summary>The tensors of a model under their published names, one at a time.</summary>
public abstract class WeightSource(DecoderConfig config)
{
    public DecoderConfig Config => config;

    /// <summary>Every tensor that the model has, in the order of its layers. A tied head is not among them.</summary>
    public IReadOnlyList<(string Name, long[] Shape)> Tensors { get; } = [.. DecoderTensors.All(config)];

    /// <summary>The tensor in F32, row-major.</summary>
    public abstract float[] Read(string name);
}
