using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Models;

/// <summary>Opens a Hugging Face model folder.</summary>
public static class DecoderLoader
{
    /// <summary>Loads config and weights. BF16 matrices stay BF16 in memory while they are frozen.</summary>
    /// <param name="folder">Holds config.json and model.safetensors, or shards with their index.</param>
    /// <param name="trainable">Widen every weight to F32, so that all can train.</param>
    /// <exception cref="ModelFileException">The folder is not a model that Hone runs; the message says why.</exception>
    public static Decoder Load(string folder, Device device, bool trainable = false)
    {
        var config = DecoderConfigReader.Read(folder);
        using var files = WeightFiles.Open(folder);
        TensorCheck.Run(config, files);
        var reader = new ParameterReader(config, files, device, trainable);
        var decoder = Build(config, device, reader.Matrix, reader.Vector);
        try
        {
            reader.RequireFinite();
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Config and shapes alone, in no time and no memory: what a device without memory needs to go through the motions. Reads the heads of the
    /// weight files.
    /// </summary>
    /// <exception cref="ModelFileException">The folder is not a model that Hone runs; the message says why.</exception>
    public static Decoder LoadShapes(string folder, Device device)
    {
        var config = DecoderConfigReader.Read(folder);
        using var files = WeightFiles.Open(folder);
        TensorCheck.Run(config, files);
        var fused = new FusedExperts(config, files);
        return OfShapes(config, device, name => fused.Has(name) ? fused.TypeOf(name)
            : files.Entry(name).Kind == ElementKind.BF16 ? ElementType.BF16 : ElementType.F32);
    }

    /// <summary>A decoder without weights, for a device that only looks at shapes.</summary>
    public static Decoder OfShapes(DecoderConfig config, Device device, Func<string, ElementType> typeOf)
    {
        var shapes = DecoderTensors.Held(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        return Build(
            config, device,
            name => Parameter.OfShape(name, (int)shapes[name][0], (int)shapes[name][1], typeOf(name), trains: false),
            name => Parameter.Vector(name, new float[shapes[name][0]]));
    }

    /// <summary>A decoder from any source of parameters.</summary>
    internal static Decoder Build(
        DecoderConfig config, Device device, Func<string, Parameter> matrix, Func<string, Parameter> vector)
    {
        var embedding = matrix(DecoderTensors.Embedding);
        var layers = Enumerable.Range(0, config.Layers).Select(layer => Layer(config, layer, matrix, vector)).ToArray();
        var head = config.TieEmbeddings ? embedding : matrix(DecoderTensors.Head);
        return new Decoder(config, device, embedding, layers, vector(DecoderTensors.FinalNorm), head);
    }

    static DecoderLayer Layer(DecoderConfig config, int layer, Func<string, Parameter> matrix, Func<string, Parameter> vector)
    {
        Parameter? Optional(string? name) => name is null ? null : vector(name);
        var names = DecoderTensors.Norms(config, layer);
        var norms = new DecoderLayer.Norms(
            Optional(names.BeforeAttention), Optional(names.AfterAttention), Optional(names.BeforeFeedForward), Optional(names.AfterFeedForward));
        bool qkNorm = config.QkNorm != QkNorm.None;
        var attention = new SelfAttention.Weights(
            Linear(DecoderTensors.AttentionModules(config, layer), matrix, vector),
            Optional(qkNorm ? DecoderTensors.QueryNorm(layer) : null),
            Optional(qkNorm ? DecoderTensors.KeyNorm(layer) : null),
            Optional(config.Sinks ? DecoderTensors.Sinks(layer) : null));
        return new DecoderLayer(
            config, norms,
            new SelfAttention(config, Decoder.ShapeOf(config, config.Layer(layer)), attention),
            config.Layer(layer).HasExperts
                ? new ExpertFeedForward(config, Experts(config, layer, matrix, vector))
                : new DenseFeedForward(config, Linear(DecoderTensors.FeedForwardModules(config, layer), matrix, vector)));
    }

    static ExpertFeedForward.Weights Experts(
        DecoderConfig config, int layer, Func<string, Parameter> matrix, Func<string, Parameter> vector)
    {
        LinearLayer[] Layers(IReadOnlyList<LinearModule> modules) => Linear(modules, matrix, vector);
        LinearLayer Router(LinearModule module) =>
            new(module.Name, matrix(module.Weight), module.HasBias ? vector(module.Bias) : null) { IsRouter = true };
        bool shared = config.Experts!.SharedWidth is not null;
        return new(
            Router(ExpertTensors.Router(config, layer)),
            [.. Enumerable.Range(0, config.Experts.Count).Select(expert => Layers(ExpertTensors.Modules(config, layer, expert)))],
            shared ? Layers(ExpertTensors.SharedModules(config, layer)) : null,
            shared ? Router(ExpertTensors.SharedGate(config, layer)) : null);
    }

    static LinearLayer[] Linear(IReadOnlyList<LinearModule> modules, Func<string, Parameter> matrix, Func<string, Parameter> vector) =>
        [.. modules.Select(module => new LinearLayer(module.Name, matrix(module.Weight), module.HasBias ? vector(module.Bias) : null))];
}
