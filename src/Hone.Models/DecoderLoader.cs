using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models;

/// <summary>Opens a Hugging Face model folder.</summary>
public static unsafe class DecoderLoader
{
    /// <summary>Loads config and weights. BF16 matrices stay BF16 in memory while they are frozen.</summary>
    /// <param name="folder">Holds config.json and model.safetensors, or shards with their index.</param>
    /// <param name="trainable">Widen every weight to F32, so that all can train.</param>
    /// <exception cref="ModelFileException">The folder is not a model that Hone runs; the message says why.</exception>
    public static Decoder Load(string folder, Device device, bool trainable = false)
    {
        var config = DecoderConfigReader.Read(folder);
        using var files = WeightFiles.Open(folder);
        DecoderTensors.Check(config, files);
        return Build(config, device, name => Matrix(files, name, trainable), name => Parameter.Vector(name, files.ReadF32(name)));
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
        var linear = DecoderTensors.LinearModules(config, layer)
            .Select(module => new LinearLayer(module.Module, matrix(DecoderTensors.Weight(module.Module)))).ToArray();
        var weights = new DecoderLayer.Weights(
            vector(DecoderTensors.InputNorm(layer)),
            config.QkNorm ? vector(DecoderTensors.QueryNorm(layer)) : null,
            config.QkNorm ? vector(DecoderTensors.KeyNorm(layer)) : null,
            vector(DecoderTensors.PostAttentionNorm(layer)),
            linear);
        return new DecoderLayer(config, Decoder.ShapeOf(config), weights);
    }

    static Parameter Matrix(WeightFiles files, string name, bool trainable)
    {
        var entry = files.Entry(name);
        var (rows, columns) = ((int)entry.Shape[0], (int)entry.Shape[1]);
        if (trainable)
        {
            return Parameter.Matrix(name, rows, columns, files.ReadF32(name));
        }

        if (entry.Kind == ElementKind.BF16)
        {
            fixed (ushort* values = files.ReadBf16(name))
            {
                return Parameter.FrozenMatrix(name, PackedMatrix.FromBf16(values, rows, columns));
            }
        }

        fixed (float* values = files.ReadF32(name))
        {
            return Parameter.FrozenMatrix(name, PackedMatrix.FromF32(values, rows, columns));
        }
    }
}
