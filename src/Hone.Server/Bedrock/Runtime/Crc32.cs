namespace Hone.Server.Bedrock.Runtime;

/// <summary>CRC-32 as zip and AWS's event streams have it, and as S3's checksums over another polynomial (CRC-32C).</summary>
static class Crc32
{
    const uint Zip = 0xEDB88320, Castagnoli = 0x82F63B78;

    static readonly uint[] _zip = Table(Zip);
    static readonly uint[] _castagnoli = Table(Castagnoli);

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(~0u, bytes, castagnoli: false);

    /// <summary>Goes on with a sum that began with ~0 and whose complement is the result.</summary>
    public static uint Append(uint sum, ReadOnlySpan<byte> bytes, bool castagnoli)
    {
        uint[] table = castagnoli ? _castagnoli : _zip;
        foreach (byte value in bytes)
        {
            sum = table[(byte)(sum ^ value)] ^ (sum >> 8);
        }

        return sum;
    }

    static uint[] Table(uint polynomial)
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint sum = i;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ polynomial;
            }

            table[i] = sum;
        }

        return table;
    }
}
