using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.Signing;

/// <summary>
/// A body in AWS's chunks: <c>SIZE[;chunk-signature=HEX]</c>, the bytes, and behind the chunk of size 0 trailers. Bytes are handed on as they
/// come; a chunk's signature is checked at its end, so that only the whole body, read to its end, is what was signed.
/// </summary>
/// <param name="signer">Null: the chunks are not signed.</param>
/// <param name="length">Of the body without the chunks' frames; null where it was not told.</param>
sealed class ChunkedBody(Stream inner, ChunkSigner? signer, bool hasTrailer, long? length) : ReadOnlyBody
{
    const string Mark = "chunk-signature=";
    const int LongestLine = 8 << 10;
    const int MostTrailers = 16;

    readonly PipeReader _reader = PipeReader.Create(inner, new StreamPipeReaderOptions(leaveOpen: true));
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    string? _signature;
    long _left;
    long _read;
    bool _ended;
    bool _begun;

    /// <summary>What came behind the last chunk, such as x-amz-checksum-crc32. Complete once the body is read to its end.</summary>
    public Dictionary<string, string> Trailers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.Length == 0)
        {
            return 0;
        }

        if (_left == 0 && !await BeginChunk(cancellationToken))
        {
            return 0;
        }

        var result = await _reader.ReadAsync(cancellationToken);
        if (result.Buffer.IsEmpty)
        {
            throw Malformed("it ends inside a chunk");
        }

        int taken = (int)Math.Min(Math.Min(buffer.Length, _left), result.Buffer.Length);
        var bytes = result.Buffer.Slice(0, taken);
        bytes.CopyTo(buffer.Span);
        _reader.AdvanceTo(bytes.End);
        _hash.AppendData(buffer.Span[..taken]);
        (_left, _read) = (_left - taken, _read + taken);
        if (_left == 0)
        {
            await EndChunk(cancellationToken);
        }

        return taken;
    }

    // False: that was the last one, and everything behind it has been read.
    async Task<bool> BeginChunk(CancellationToken stop)
    {
        string line = await Line(stop);
        string[] parts = line.Split(';', 2);
        if (!long.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0 || _left > int.MaxValue)
        {
            throw Malformed($"a chunk's size is '{Shorten(parts[0])}'");
        }

        bool isSigned = parts.Length > 1 && parts[1].StartsWith(Mark, StringComparison.Ordinal);
        _signature = isSigned ? parts[1][Mark.Length..] : null;
        if (signer is not null && _signature is null)
        {
            throw Malformed("a chunk has no chunk-signature");
        }

        _begun = true;
        if (_left > 0)
        {
            return true;
        }

        CheckChunk();
        await End(stop);
        return false;
    }

    async Task EndChunk(CancellationToken stop)
    {
        CheckChunk();
        if ((await Line(stop)).Length > 0)
        {
            throw Malformed("a chunk is longer than its size says");
        }
    }

    void CheckChunk() => signer?.RequireChunk(Convert.ToHexStringLower(_hash.GetHashAndReset()), _signature!);

    async Task End(CancellationToken stop)
    {
        _ended = true;
        if (hasTrailer)
        {
            await ReadTrailers(stop);
        }

        if (length is { } told && told != _read)
        {
            throw Malformed($"x-amz-decoded-content-length is {told}, but {_read} bytes came");
        }
    }

    async Task ReadTrailers(CancellationToken stop)
    {
        var signed = new StringBuilder();
        string? signature = null;
        for (string line = await Line(stop, orEnd: true); line.Length > 0; line = await Line(stop, orEnd: true))
        {
            string[] pair = line.Split(':', 2);
            if (pair.Length < 2 || Trailers.Count >= MostTrailers)
            {
                throw Malformed("its trailers are malformed");
            }

            string name = pair[0].Trim().ToLowerInvariant(), value = pair[1].Trim();
            if (name == "x-amz-trailer-signature")
            {
                signature = value;
                continue;
            }

            Trailers[name] = value;
            signed.Append(name).Append(':').Append(value).Append('\n');
        }

        signer?.RequireTrailer(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signed.ToString()))),
            signature ?? throw Malformed("it has no x-amz-trailer-signature"));
    }

    async Task<string> Line(CancellationToken stop, bool orEnd = false)
    {
        while (true)
        {
            var result = await _reader.ReadAsync(stop);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = result.Buffer.Slice(0, end);
                string text = Encoding.ASCII.GetString(line).TrimEnd('\r');
                _reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return text;
            }

            if (result.IsCompleted)
            {
                return orEnd && result.Buffer.IsEmpty ? "" : throw Malformed(_begun ? "it ends inside a chunk" : "it has no chunks");
            }

            if (result.Buffer.Length > LongestLine)
            {
                throw Malformed("a chunk's first line has no end");
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";

    static ApiProblem Malformed(string what) => new(ProblemKind.Invalid, $"The body is not in chunks as x-amz-content-sha256 says: {what}.")
    {
        Code = "IncompleteBody",
    };

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
