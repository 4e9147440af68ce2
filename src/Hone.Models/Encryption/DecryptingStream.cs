using System.Security.Cryptography;

namespace Hone.Models.Encryption;

/// <summary>
/// Reads what <see cref="EncryptingStream"/> wrote, from any position. Its length is verified when it is opened, every chunk before a byte
/// of it is given out.
/// </summary>
public sealed class DecryptingStream : Stream
{
    readonly Stream _source;
    readonly string _name;
    readonly AesGcm _cipher;
    readonly long _chunks;
    readonly long _length;
    readonly byte[] _stored = new byte[EncryptedLayout.StoredChunkBytes];
    readonly byte[] _plain = new byte[EncryptedLayout.ChunkBytes];
    long _held = -1;
    int _heldBytes;
    long _position;

    /// <param name="source">Can seek; is closed with this stream.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="EncryptionException">Not an encrypted file, encrypted with another key, or changed.</exception>
    public DecryptingStream(Stream source, EncryptionKey key, string name)
    {
        (_source, _name) = (source, name);
        _cipher = OpenHeader(key);
        long body = source.Length - EncryptedLayout.HeaderBytes;
        _chunks = Math.Max(1, (body + EncryptedLayout.StoredChunkBytes - 1) / EncryptedLayout.StoredChunkBytes);
        _length = body - (_chunks * EncryptedLayout.TagBytes);
        if (body - ((_chunks - 1) * EncryptedLayout.StoredChunkBytes) < EncryptedLayout.TagBytes)
        {
            throw Changed();
        }

        Load(_chunks - 1);
    }

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A position is 0 or more.");
    }

    /// <summary>When what it was made of was last written; null where that is no file.</summary>
    public DateTime? LastWriteTimeUtc => _source is FileStream file ? File.GetLastWriteTimeUtc(file.Name) : null;

    /// <summary>Whether the file begins as an encrypted one does.</summary>
    public static bool IsEncrypted(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return IsEncrypted(file);
    }

    /// <param name="file">Stands at its start before and afterwards.</param>
    internal static bool IsEncrypted(FileStream file)
    {
        if (!file.CanSeek)
        {
            return false;
        }

        Span<byte> start = stackalloc byte[EncryptedLayout.Magic.Length];
        bool isEncrypted = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(EncryptedLayout.Magic);
        file.Position = 0;
        return isEncrypted;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= _length || buffer.IsEmpty)
        {
            return 0;
        }

        var (chunk, at) = Math.DivRem(_position, EncryptedLayout.ChunkBytes);
        Load(chunk);
        int taken = Math.Min(buffer.Length, _heldBytes - (int)at);
        _plain.AsSpan((int)at, taken).CopyTo(buffer);
        _position += taken;
        return taken;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => _length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            _cipher.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    AesGcm OpenHeader(EncryptionKey key)
    {
        Span<byte> header = stackalloc byte[EncryptedLayout.HeaderBytes];
        _source.Position = 0;
        if (_source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.StartsWith(EncryptedLayout.Magic))
        {
            throw new EncryptionException($"{_name} is not an encrypted file of Hone, or its beginning was changed.");
        }

        var salt = header.Slice(EncryptedLayout.Magic.Length, EncryptedLayout.SaltBytes);
        byte[] check = key.Derive(salt, EncryptedLayout.CheckPurpose, EncryptedLayout.CheckBytes);
        return CryptographicOperations.FixedTimeEquals(check, header[^EncryptedLayout.CheckBytes..])
            ? new AesGcm(key.Derive(salt, EncryptedLayout.ChunkPurpose, EncryptionKey.Bytes), EncryptedLayout.TagBytes)
            : throw new EncryptionException($"{_name} was encrypted with another key than the one this program has; start it with that one.");
    }

    void Load(long chunk)
    {
        if (chunk == _held)
        {
            return;
        }

        _held = -1;
        bool isLast = chunk == _chunks - 1;
        int plain = isLast ? (int)(_length - (chunk * EncryptedLayout.ChunkBytes)) : EncryptedLayout.ChunkBytes;
        var stored = _stored.AsSpan(0, plain + EncryptedLayout.TagBytes);
        _source.Position = EncryptedLayout.HeaderBytes + (chunk * EncryptedLayout.StoredChunkBytes);
        if (_source.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) < stored.Length)
        {
            throw Changed();
        }

        Span<byte> nonce = stackalloc byte[EncryptedLayout.NonceBytes];
        EncryptedLayout.WriteNonce(nonce, chunk, isLast);
        try
        {
            _cipher.Decrypt(nonce, stored[..plain], stored[plain..], _plain.AsSpan(0, plain));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Changed();
        }

        (_held, _heldBytes) = (chunk, plain);
    }

    EncryptionException Changed() => new($"{_name} was changed or cut since it was encrypted; put a copy of it back.");
}
