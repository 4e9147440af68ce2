using System.Security.Cryptography;

namespace Hone.Jobs.Encryption;

/// <summary>
/// Writes a file that <see cref="DecryptingStream"/> reads. Only <see cref="Finish"/> makes it whole: what is disposed before cannot be read.
/// </summary>
public sealed class EncryptingStream : Stream
{
    readonly Stream _target;
    readonly AesGcm _cipher;
    readonly byte[] _plain = new byte[EncryptedLayout.ChunkBytes];
    readonly byte[] _stored = new byte[EncryptedLayout.StoredChunkBytes];
    int _held;
    long _chunk;
    bool _finished;

    /// <param name="target">Stays open.</param>
    public EncryptingStream(Stream target, EncryptionKey key)
    {
        _target = target;
        byte[] salt = RandomNumberGenerator.GetBytes(EncryptedLayout.SaltBytes);
        _cipher = new AesGcm(key.Derive(salt, EncryptedLayout.ChunkPurpose, EncryptionKey.Bytes), EncryptedLayout.TagBytes);
        target.Write(EncryptedLayout.Magic);
        target.Write(salt);
        target.Write(key.Derive(salt, EncryptedLayout.CheckPurpose, EncryptedLayout.CheckBytes));
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes the last chunk; nothing can be written behind it.</summary>
    public void Finish()
    {
        Seal(isLast: true);
        _finished = true;
        _target.Flush();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        while (buffer.Length > 0)
        {
            // A full chunk waits for the next byte: it may be the last one.
            if (_held == _plain.Length)
            {
                Seal(isLast: false);
            }

            int taken = Math.Min(buffer.Length, _plain.Length - _held);
            buffer[..taken].CopyTo(_plain.AsSpan(_held));
            _held += taken;
            buffer = buffer[taken..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            _cipher.Dispose();
        }

        base.Dispose(disposing);
    }

    void Seal(bool isLast)
    {
        Span<byte> nonce = stackalloc byte[EncryptedLayout.NonceBytes];
        EncryptedLayout.WriteNonce(nonce, _chunk++, isLast);
        _cipher.Encrypt(nonce, _plain.AsSpan(0, _held), _stored.AsSpan(0, _held), _stored.AsSpan(_held, EncryptedLayout.TagBytes));
        _target.Write(_stored.AsSpan(0, _held + EncryptedLayout.TagBytes));
        _held = 0;
    }
}
