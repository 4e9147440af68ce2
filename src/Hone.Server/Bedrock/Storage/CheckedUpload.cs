using System.Buffers.Binary;
using System.Security.Cryptography;
using Hone.Server.Bedrock.Runtime;
using Hone.Server.Signing;

namespace Hone.Server.Bedrock.Storage;

/// <summary>An upload whose checksum, where the client sent one before or behind the bytes, is compared when its end is read.</summary>
/// <remarks>Compared are CRC-32, CRC-32C, SHA-1, SHA-256 and Content-MD5. CRC-64/NVME is taken unseen.</remarks>
sealed class CheckedUpload : ReadOnlyBody
{
    static readonly (string Header, Func<Sum> Make)[] _known =
    [
        ("x-amz-checksum-crc32", () => new CrcSum(castagnoli: false)),
        ("x-amz-checksum-crc32c", () => new CrcSum(castagnoli: true)),
        ("x-amz-checksum-sha1", () => new HashSum(HashAlgorithmName.SHA1)),
        ("x-amz-checksum-sha256", () => new HashSum(HashAlgorithmName.SHA256)),
        ("Content-MD5", () => new HashSum(HashAlgorithmName.MD5)),
    ];

    readonly HttpRequest _request;
    readonly Stream _inner;
    readonly List<(string Header, Sum Sum)> _sums;
    bool _ended;

    public CheckedUpload(HttpRequest request)
    {
        _request = request;
        string form = request.Headers["x-amz-content-sha256"].ToString();

        // Where no key is needed, nobody has looked at the signature and taken the chunks apart.
        _inner = form.StartsWith("STREAMING-", StringComparison.Ordinal) && request.Body is not ChunkedBody
            ? new ChunkedBody(request.Body, null, form.EndsWith("-TRAILER", StringComparison.Ordinal), null)
            : request.Body;
        string[] trailers = request.Headers["x-amz-trailer"].ToString().Split(',', StringSplitOptions.TrimEntries);
        _sums = [.. _known
            .Where(known => request.Headers.ContainsKey(known.Header) || trailers.Contains(known.Header, StringComparer.OrdinalIgnoreCase))
            .Select(known => (known.Header, known.Make()))];
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await _inner.ReadAsync(buffer, cancellationToken);
        foreach (var (_, sum) in _sums)
        {
            sum.Add(buffer.Span[..read]);
        }

        if (read == 0 && buffer.Length > 0 && !_ended)
        {
            _ended = true;
            Compare();
        }

        return read;
    }

    void Compare()
    {
        foreach (var (header, sum) in _sums)
        {
            string? told = _request.Headers.TryGetValue(header, out var before) ? before.ToString()
                : _inner is ChunkedBody chunks && chunks.Trailers.TryGetValue(header, out string? behind) ? behind : null;
            if (told is not null && told != Convert.ToBase64String(sum.End()))
            {
                throw new ApiProblem(ProblemKind.Invalid, $"The {header} '{told}' is not that of the bytes that came; send them again.")
                {
                    Code = "BadDigest",
                };
            }
        }
    }

    abstract class Sum
    {
        public abstract void Add(ReadOnlySpan<byte> bytes);
        public abstract byte[] End();
    }

    sealed class HashSum(HashAlgorithmName name) : Sum
    {
        readonly IncrementalHash _hash = IncrementalHash.CreateHash(name);

        public override void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

        public override byte[] End() => _hash.GetHashAndReset();
    }

    sealed class CrcSum(bool castagnoli) : Sum
    {
        uint _sum = ~0u;

        public override void Add(ReadOnlySpan<byte> bytes) => _sum = Crc32.Append(_sum, bytes, castagnoli);

        public override byte[] End()
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, ~_sum);
            return bytes;
        }
    }
}
