using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Hone.Server.Telemetry;

/// <summary>A number at a step, as TensorBoard draws it.</summary>
readonly record struct CurvePoint(string Tag, long Step, double WallTime, float Value);

/// <summary>
/// TensorBoard's event files: records of length (8 bytes), masked CRC-32C of the length, event, masked CRC-32C of the event, all little-endian.
/// An event is the protobuf message tensorflow.Event: wall_time = 1 (double), step = 2, file_version = 3 or summary = 5, in which value = 1 has
/// tag = 1 and simple_value = 2 (float).
/// </summary>
static class EventFile
{
    const string Version = "brain.Event:2";
    const int HeaderBytes = 12, FooterBytes = 4;
    const byte Double1 = 0x09, Varint2 = 0x10, Bytes3 = 0x1A, Bytes5 = 0x2A, Bytes1 = 0x0A, Float2 = 0x15;

    /// <summary>The record that a file begins with.</summary>
    public static byte[] First(double wallTime)
    {
        using var message = new MemoryStream();
        Time(message, wallTime);
        Text(message, Bytes3, Version);
        return Record(message.ToArray());
    }

    public static byte[] Record(CurvePoint point)
    {
        using var value = new MemoryStream();
        Text(value, Bytes1, point.Tag);
        value.WriteByte(Float2);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(number, point.Value);
        value.Write(number);

        using var summary = new MemoryStream();
        Bytes(summary, Bytes1, value.ToArray());

        using var message = new MemoryStream();
        Time(message, point.WallTime);
        message.WriteByte(Varint2);
        Varint(message, (ulong)point.Step);
        Bytes(message, Bytes5, summary.ToArray());
        return Record(message.ToArray());
    }

    /// <summary>The points of a file that this class wrote, and how many of its bytes are whole records: a process may die while it writes.</summary>
    public static (IReadOnlyList<CurvePoint> Points, int Length) Read(ReadOnlySpan<byte> file)
    {
        List<CurvePoint> points = [];
        int at = 0;
        while (Next(file[at..], out var message))
        {
            if (Point(message) is { } point)
            {
                points.Add(point);
            }

            at += HeaderBytes + message.Length + FooterBytes;
        }

        return (points, at);
    }

    static bool Next(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (rest.Length < HeaderBytes || Masked(rest[..8]) != BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]))
        {
            return false;
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(rest);
        if (length > (ulong)Math.Max(0, rest.Length - HeaderBytes - FooterBytes))
        {
            return false;
        }

        message = rest.Slice(HeaderBytes, (int)length);
        return Masked(message) == BinaryPrimitives.ReadUInt32LittleEndian(rest[(HeaderBytes + message.Length)..]);
    }

    static CurvePoint? Point(ReadOnlySpan<byte> message)
    {
        double wallTime = BinaryPrimitives.ReadDoubleLittleEndian(message[1..]);
        var rest = message[9..];
        if (rest[0] != Varint2)
        {
            return null;
        }

        rest = rest[1..];
        long step = (long)TakeVarint(ref rest);
        rest = rest[1..];
        TakeVarint(ref rest);
        rest = rest[1..];
        TakeVarint(ref rest);
        rest = rest[1..];
        int length = (int)TakeVarint(ref rest);
        return new(Encoding.UTF8.GetString(rest[..length]), step, wallTime, BinaryPrimitives.ReadSingleLittleEndian(rest[(length + 1)..]));
    }

    static byte[] Record(byte[] message)
    {
        var record = new byte[HeaderBytes + message.Length + FooterBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Masked(record.AsSpan(0, 8)));
        message.CopyTo(record, HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeaderBytes + message.Length), Masked(message));
        return record;
    }

    // Checksums of data that hold checksums would be weak; so they are turned and shifted.
    static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in data)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xA282EAD8;
    }

    static void Time(MemoryStream stream, double wallTime)
    {
        stream.WriteByte(Double1);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(number, wallTime);
        stream.Write(number);
    }

    static void Text(MemoryStream stream, byte tag, string text) => Bytes(stream, tag, Encoding.UTF8.GetBytes(text));

    static void Bytes(MemoryStream stream, byte tag, byte[] bytes)
    {
        stream.WriteByte(tag);
        Varint(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    static void Varint(MemoryStream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }

    static ulong TakeVarint(ref ReadOnlySpan<byte> rest)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte one = rest[0];
            rest = rest[1..];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }
}
