using System.Security.Cryptography;

namespace Hone.Server.Signing;

/// <summary>A body whose hash is known before it comes: the read that finds its end compares.</summary>
sealed class CheckedBody(Stream inner, string sha256) : ReadOnlyBody
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        if (read > 0)
        {
            _hash.AppendData(buffer.Span[..read]);
        }
        else if (buffer.Length > 0 && !_ended)
        {
            _ended = true;
            if (Convert.ToHexStringLower(_hash.GetHashAndReset()) != sha256)
            {
                throw SignatureProblem.Body(
                    "The provided 'x-amz-content-sha256' header does not match what was computed: the body is not the one that was signed.");
            }
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
