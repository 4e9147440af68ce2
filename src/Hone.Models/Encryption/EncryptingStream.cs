using System.Security.Cryptography;

namespace Hone.Models.Encryption;

/// <summary>
/// Writes a file that <see cref="DecryptingStream"/> reads. Only <see cref="Finish"/> makes it whole; what is disposed before, unless this
/// stream owns its target, cannot be read.
/// </summary>
public sealed class EncryptingStream : Stream
{
    readonly Stream _target;
    readonly bool _ownsTarget;
    readonly AesGcm _cipher;
    readonly byte[] _plain = new byte[EncryptedLayout.ChunkBytes];
    readonly byte[] _stored = new byte[EncryptedLayout.StoredChunkBytes];
    int _held;
    long _chunk;
    bool _finished, _disposed;

    /// <param name="ownsTarget">Disposing this stream finishes the file and closes it; else the target stays open.</param>
    public EncryptingStream(Stream target, EncryptionKey key, bool ownsTarget = false)
    {
        (_target, _ownsTarget) = (target, ownsTarget);
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

    /// <summary>Bytes that were written.</summary>
    public override long Position
    {
        get => (_chunk * EncryptedLayout.ChunkBytes) + _held;
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
        if (disposing && !_disposed)
        {
            _disposed = true;
            try
            {
                if (_ownsTarget && !_finished)
                {
                    Finish();
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(_plain);
                _cipher.Dispose();
                Release();
            }
        }

        base.Dispose(disposing);
    }

    void Release()
    {
        if (_ownsTarget)
        {
            _target.Dispose();
        }
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
