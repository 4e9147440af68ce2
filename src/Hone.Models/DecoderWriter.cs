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
            decoder.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal).Select(parameter => Content(parameter, kind)),
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    static TensorContent Content(Parameter parameter, ElementKind kind)
    {
        float[] values = parameter.Read();
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
