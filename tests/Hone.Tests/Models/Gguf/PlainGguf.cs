using System.Text;

namespace Hone.Tests.Models.Gguf;

/// <summary>
/// A GGUF file read from the format's description alone: "GGUF", version, two counts, values by kind, where tensors lie (dimensions the other
/// way round), padding to 32 bytes, data. Everything is widened to double.
/// </summary>
sealed class PlainGguf : IDisposable
{
    readonly BinaryReader _reader;

    public PlainGguf(string path)
    {
        _reader = new BinaryReader(new MemoryStream(File.ReadAllBytes(path)), Encoding.UTF8);
        Assert.Equal("GGUF"u8.ToArray(), _reader.ReadBytes(4));
        Assert.Equal(3u, _reader.ReadUInt32());
        ulong tensors = _reader.ReadUInt64(), values = _reader.ReadUInt64();
        for (ulong i = 0; i < values; i++)
        {
            string key = Text();
            Values.Add(key, Value(_reader.ReadUInt32()));
        }

        var places = Enumerable.Range(0, (int)tensors).Select(_ => Place()).ToList();
        long data = (_reader.BaseStream.Position + 31) / 32 * 32;
        foreach (var (name, shape, kind, offset) in places)
        {
            Assert.Equal(0ul, offset % 32);
            _reader.BaseStream.Position = data + (long)offset;
            Tensors.Add(name, (kind, shape, Numbers(kind, (int)shape.Aggregate(1L, (count, size) => count * size))));
        }
    }

    public Dictionary<string, object> Values { get; } = [];

    /// <summary>Shapes are row-major.</summary>
    public Dictionary<string, (uint Kind, long[] Shape, double[] Numbers)> Tensors { get; } = [];

    public void Dispose() => _reader.Dispose();

    (string Name, long[] Shape, uint Kind, ulong Offset) Place()
    {
        string name = Text();
        long[] shape = new long[_reader.ReadUInt32()];
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            shape[i] = _reader.ReadInt64();
        }

        return (name, shape, _reader.ReadUInt32(), _reader.ReadUInt64());
    }

    string Text() => Encoding.UTF8.GetString(_reader.ReadBytes((int)_reader.ReadUInt64()));

    object Value(uint kind)
    {
        switch (kind)
        {
            case 4:
                return _reader.ReadUInt32();
            case 5:
                return _reader.ReadInt32();
            case 6:
                return _reader.ReadSingle();
            case 7:
                return _reader.ReadByte() == 1;
            case 8:
                return Text();
            case 9:
                uint element = _reader.ReadUInt32();
                return Enumerable.Range(0, (int)_reader.ReadUInt64()).Select(_ => Value(element)).ToArray();
            default:
                throw new InvalidDataException($"Kind {kind} is not expected.");
        }
    }

    double[] Numbers(uint kind, int count)
    {
        double[] numbers = new double[count];
        double scale = 0;
        for (int i = 0; i < count; i++)
        {
            if (kind == 8 && i % 32 == 0)
            {
                scale = (double)_reader.ReadHalf();
            }

            numbers[i] = kind switch
            {
                0 => _reader.ReadSingle(),
                1 => (double)_reader.ReadHalf(),
                8 => scale * _reader.ReadSByte(),
                30 => BitConverter.Int32BitsToSingle(_reader.ReadUInt16() << 16),
                _ => throw new InvalidDataException($"Tensors of kind {kind} are not expected."),
            };
        }

        return numbers;
    }
}
