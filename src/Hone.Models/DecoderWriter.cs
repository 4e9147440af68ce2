using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models;

/// <summary>Writes a decoder as a Hugging Face model folder: config.json, generation_config.json, model.safetensors. The same weights give the same bytes.</summary>
public static class DecoderWriter
{
    /// <param name="folder">Made if it does not exist.</param>
    /// <param name="kind">F32 or BF16 (rounded to nearest, ties to even).</param>
    public static void Save(Decoder decoder, string folder, ElementKind kind)
    {
        Directory.CreateDirectory(folder);
        ConfigWriter.Write(folder, decoder.Config, kind);
        SafetensorsWriter.Write(
            Path.Combine(folder, WeightFiles.SingleName),
            decoder.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal).Select(parameter => Content(decoder.Config, parameter, kind)),
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>A weight as checkpoints hold it: <see cref="Parameter.Read"/>, less the 1 that some families add to norms.</summary>
    public static float[] Published(DecoderConfig config, Parameter parameter)
    {
        float[] values = parameter.Read();
        if (config.NormAddsOne && DecoderTensors.IsNorm(parameter.Name))
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] -= 1;
            }
        }

        return values;
    }

    static TensorContent Content(DecoderConfig config, Parameter parameter, ElementKind kind)
    {
        float[] values = Published(config, parameter);
        long[] shape = parameter.IsVector ? [parameter.Columns] : [parameter.Rows, parameter.Columns];
        if (kind == ElementKind.F32)
        {
            return TensorContent.F32(parameter.Name, shape, values);
        }

        ushort[] rounded = new ushort[values.Length];
        Bf16.Narrow(values, rounded);
        return TensorContent.Bf16(parameter.Name, shape, rounded);
    }
}
