using System.Buffers.Binary;

namespace Hone.Tests.Fuzz;

/// <summary>Damage to bytes, whatever they mean: flipped, overwritten, cut, doubled, moved, and numbers of lengths replaced.</summary>
static class ByteMutation
{
    static readonly long[] _lengths =
    [
        0, 1, -1, 7, 255, 256, 65536, int.MaxValue, (long)int.MaxValue + 1, uint.MaxValue, 1L << 40, long.MaxValue, long.MinValue, 99_999_999, 100_000_001,
    ];

    // Little-endian F32: NaN, infinity, the largest number, a subnormal one.
    static readonly uint[] _numbers = [0x7FC00000, 0x7F800000, 0xFF800000, 0x7F7FFFFF, 1];

    public static byte[] Damage(byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        for (int times = random.Next(4) == 0 ? random.Next(2, 8) : 1; times > 0; times--)
        {
            bytes = Once(bytes, random);
        }

        return bytes;
    }

    static byte[] Once(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        // Half of all damage is near the start, where files say how long they are.
        int at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 512) : bytes.Length);
        int length = Math.Min(random.Next(1, random.Next(2) == 0 ? 8 : 512), bytes.Length - at);
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 5:
                int from = random.Next(bytes.Length - length + 1);
                bytes.AsSpan(from, length).ToArray().CopyTo(bytes, at);
                return bytes;
            case 6:
                bytes.AsSpan(at, length).Fill((byte)(random.Next(2) * 255));
                return bytes;
            case 7 when at + sizeof(long) <= bytes.Length:
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(random.Next(4) == 0 ? 0 : at), _lengths[random.Next(_lengths.Length)]);
                return bytes;
            case 8 when at + sizeof(uint) <= bytes.Length:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), _numbers[random.Next(_numbers.Length)]);
                return bytes;
            default:
                return [.. bytes, .. bytes[..length]];
        }
    }
}
