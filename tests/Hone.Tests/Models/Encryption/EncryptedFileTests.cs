using System.Security.Cryptography;
using Hone.Models.Encryption;

namespace Hone.Tests.Models.Encryption;

public class EncryptedFileTests
{
    const int Chunk = 65_536, StoredChunk = Chunk + 16, Header = 56;

    static readonly EncryptionKey _key = new(RandomNumberGenerator.GetBytes(32));

    public static TheoryData<int> LengthsAroundChunks => [0, 1, 100, Chunk - 1, Chunk, Chunk + 1, (3 * Chunk) - 1, 3 * Chunk, (3 * Chunk) + 7];

    [Theory, MemberData(nameof(LengthsAroundChunks))]
    public void A_file_reads_as_it_was_written(int length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);

        using var reading = Open(Encrypt(content));

        Assert.Equal(length, reading.Length);
        var copy = new MemoryStream();
        reading.CopyTo(copy);
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public void Any_part_can_be_read_by_itself()
    {
        byte[] content = RandomNumberGenerator.GetBytes((3 * Chunk) + 7);
        using var reading = Open(Encrypt(content));
        foreach (int at in new[] { 3 * Chunk, 0, Chunk - 1, 2 * Chunk, content.Length - 1, content.Length })
        {
            reading.Position = at;
            int expected = at < content.Length ? content[at] : -1;
            Assert.Equal(expected, reading.ReadByte());
        }
    }

    [Fact]
    public void The_same_content_never_looks_the_same() => Assert.NotEqual(Encrypt(new byte[1000]), Encrypt(new byte[1000]));

    [Fact]
    public void Another_key_is_told_apart_from_damage()
    {
        byte[] stored = Encrypt(new byte[10]);
        var failure = Assert.Throws<EncryptionException>(() => new DecryptingStream(new MemoryStream(stored), new(RandomNumberGenerator.GetBytes(32)), "x"));
        Assert.Contains("another key", failure.Message);
    }

    // Every byte matters: the name of the form, salt, check, chunk, tag.
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(40)]
    [InlineData(Header)]
    [InlineData(Header + Chunk - 1)]
    [InlineData(Header + Chunk)]
    [InlineData(Header + StoredChunk)]
    [InlineData(Header + (3 * StoredChunk))]
    [InlineData(Header + (3 * StoredChunk) + 20)]
    public void A_changed_byte_is_told(int at)
    {
        byte[] stored = Encrypt(new byte[(3 * Chunk) + 7]);
        stored[at] ^= 1;
        Refused(stored);
    }

    [Fact]
    public void A_file_that_was_cut_lengthened_or_put_together_anew_is_told()
    {
        byte[] stored = Encrypt(RandomNumberGenerator.GetBytes((3 * Chunk) + 7)), other = Encrypt(RandomNumberGenerator.GetBytes((3 * Chunk) + 7));
        byte[] Part(byte[] file, int chunk) => file[(Header + (chunk * StoredChunk))..Math.Min(file.Length, Header + ((chunk + 1) * StoredChunk))];
        byte[] header = stored[..Header];

        Refused([]);
        Refused(stored[..20]);
        Refused(header);
        Refused(stored[..^1]);
        Refused(stored[..(Header + StoredChunk)]);
        Refused(stored[..(Header + (3 * StoredChunk))]);
        Refused([.. stored, 0]);
        Refused([.. stored, .. Part(stored, 3)]);
        Refused([.. header, .. Part(stored, 1), .. Part(stored, 0), .. Part(stored, 2), .. Part(stored, 3)]);
        Refused([.. header, .. Part(stored, 0), .. Part(stored, 2), .. Part(stored, 3)]);
        Refused([.. header, .. Part(stored, 0), .. Part(other, 1), .. Part(stored, 2), .. Part(stored, 3)]);
        Refused([.. header, .. other[Header..]]);
    }

    [Fact]
    public void What_was_not_finished_cannot_be_read()
    {
        var target = new MemoryStream();
        using (var writing = new EncryptingStream(target, _key))
        {
            writing.Write(new byte[2 * Chunk]);
        }

        Refused(target.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64 !")]
    [InlineData("c2hvcnQ=")]
    public void A_key_file_that_holds_no_key_is_told_without_showing_it(string text)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, text);

        var failure = Assert.Throws<EncryptionException>(() => EncryptionKey.Find(path));

        Assert.Contains(path, failure.Message);
        Assert.True(text.Length == 0 || !failure.Message.Contains(text));
        File.Delete(path);
    }

    static byte[] Encrypt(byte[] content)
    {
        var target = new MemoryStream();
        using var writing = new EncryptingStream(target, _key);
        // In pieces of a length that divides nothing.
        foreach (byte[] piece in content.Chunk(10_007))
        {
            writing.Write(piece);
        }

        writing.Finish();
        return target.ToArray();
    }

    static DecryptingStream Open(byte[] stored) => new(new MemoryStream(stored), _key, "x");

    static void Refused(byte[] stored)
    {
        Assert.Throws<EncryptionException>(() =>
        {
            using var reading = Open(stored);
            reading.CopyTo(Stream.Null);
        });
    }
}
