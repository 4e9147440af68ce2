using System.Buffers.Binary;

namespace Hone.Models.Encryption;

/// <summary>
/// An encrypted file: 8 bytes that name the form, 32 of salt, 16 that know the key; then chunks of 65,536 bytes (the last one shorter), each
/// AES-256-GCM with a tag of 16 bytes behind it. Keys of the chunks and of the check are HKDF-SHA256(key, salt).
/// </summary>
/// <remarks>
/// A chunk's nonce is its number and whether it is the last, so chunks cannot be exchanged, left out, or cut off at the end; the salt keeps
/// those of two files apart.
/// </remarks>
static class EncryptedLayout
{
    public const int SaltBytes = 32, CheckBytes = 16, TagBytes = 16, NonceBytes = 12, ChunkBytes = 65_536;
    public const int StoredChunkBytes = ChunkBytes + TagBytes;

    public static ReadOnlySpan<byte> Magic => "HONEENC1"u8;

    public static int HeaderBytes => Magic.Length + SaltBytes + CheckBytes;

    public static ReadOnlySpan<byte> ChunkPurpose => "hone file chunks"u8;

    public static ReadOnlySpan<byte> CheckPurpose => "hone file check"u8;

    public static void WriteNonce(Span<byte> nonce, long chunk, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce, chunk);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
    }
}
