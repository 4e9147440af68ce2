using System.Text;
using Hone.Models.Export;
using Hone.Models.Weights;
using Hone.Tensors.Kernels;

namespace Hone.Models.Gguf;

/// <summary>
/// Writes GGUF, version 3: head (magic, version, counts), metadata, where each tensor lies, then the tensors, each from a multiple of 32
/// bytes on. Little-endian. The same content gives the same bytes.
/// </summary>
static class GgufWriter
{
    public const int Alignment = 32;
    public const uint Magic = 0x46554747, Version = 3;

    // Numbers that a conversion holds at a time beside the tensor itself; a whole number of quantised blocks.
    const int Chunk = 1 << 20;

    public static void Write(string path, GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors) =>
        DurableFile.Write(path, file =>
        {
            file.Write(Head(metadata, tensors));
            Pad(file);
            foreach (var tensor in tensors)
            {
                WriteNumbers(file, tensor);
                Pad(file);
            }
        });

    static byte[] Head(GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Values.Count);
        foreach (var (key, value) in metadata.Values)
        {
            WriteText(writer, key);
            WriteValue(writer, value);
        }

        long offset = 0;
        foreach (var tensor in tensors)
        {
            WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (long dimension in tensor.Shape.Reverse())
            {
                writer.Write((ulong)dimension);
            }

            writer.Write((uint)tensor.Kind);
            writer.Write((ulong)offset);
            offset += Aligned(tensor.Bytes);
        }

        return buffer.ToArray();
    }

    static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string[] texts:
                WriteArray(writer, GgufValueKind.Text, texts.Length);
                Array.ForEach(texts, text => WriteText(writer, text));
                break;
            case float[] numbers:
                WriteArray(writer, GgufValueKind.F32, numbers.Length);
                Array.ForEach(numbers, writer.Write);
                break;
            case int[] numbers:
                WriteArray(writer, GgufValueKind.I32, numbers.Length);
                Array.ForEach(numbers, writer.Write);
                break;
            case string text:
                writer.Write((uint)GgufValueKind.Text);
                WriteText(writer, text);
                break;
            case bool flag:
                writer.Write((uint)GgufValueKind.Flag);
                writer.Write((byte)(flag ? 1 : 0));
                break;
            case float number:
                writer.Write((uint)GgufValueKind.F32);
                writer.Write(number);
                break;
            default:
                writer.Write((uint)GgufValueKind.U32);
                writer.Write((uint)value);
                break;
        }
    }

    static void WriteArray(BinaryWriter writer, GgufValueKind element, int length)
    {
        writer.Write((uint)GgufValueKind.Array);
        writer.Write((uint)element);
        writer.Write((ulong)length);
    }

    static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    static void WriteNumbers(Stream stream, GgufTensor tensor)
    {
        float[] values = tensor.Read();
        if (values.LongLength != tensor.Elements)
        {
            throw new ArgumentException(
                $"'{tensor.Name}' has {values.LongLength} numbers; [{string.Join(", ", tensor.Shape)}] needs {tensor.Elements}.", nameof(tensor));
        }

        for (int start = 0; start < values.Length; start += Chunk)
        {
            WriteChunk(stream, tensor.Kind, values.AsSpan(start, Math.Min(Chunk, values.Length - start)));
        }
    }

    static void WriteChunk(Stream stream, GgufTensorKind kind, ReadOnlySpan<float> values)
    {
        switch (kind)
        {
            case GgufTensorKind.F32:
                TensorBytes.Write(stream, values);
                break;
            case GgufTensorKind.BF16:
                ushort[] rounded = new ushort[values.Length];
                Bf16.Narrow(values, rounded);
                TensorBytes.Write<ushort>(stream, rounded);
                break;
            case GgufTensorKind.F16:
                Half[] halves = new Half[values.Length];
                for (int i = 0; i < halves.Length; i++)
                {
                    halves[i] = (Half)values[i];
                }

                TensorBytes.Write<Half>(stream, halves);
                break;
            default:
                byte[] blocks = new byte[values.Length / QuantizedBlocks.Length * QuantizedBlocks.Bytes];
                QuantizedBlocks.Quantize(values, blocks);
                stream.Write(blocks);
                break;
        }
    }

    static void Pad(Stream stream) => stream.Write(new byte[Aligned(stream.Position) - stream.Position]);

    static long Aligned(long offset) => (offset + Alignment - 1) / Alignment * Alignment;
}
