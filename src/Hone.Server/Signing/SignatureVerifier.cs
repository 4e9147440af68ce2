using System.Security.Cryptography;
using Hone.Server.Accounts;

namespace Hone.Server.Signing;

/// <summary>Verifies AWS Signature Version 4 for the services bedrock and s3 (addresses below /s3) in the server's region.</summary>
/// <remarks>
/// <para>A signature holds five minutes around its time, for storage fifteen, as a presigned address says. One in a header carries a request
/// that changes something once.</para>
/// <para>x-amz-security-token has no meaning here and is ignored; as every x-amz header it has to be signed.</para>
/// </remarks>
sealed class SignatureVerifier(IKeys keys, ServerSettings settings, UsedSignatures used, TimeProvider clock) : ISignatureVerifier
{
    const string Unsigned = "UNSIGNED-PAYLOAD";
    const string Streaming = "STREAMING-";

    static readonly string[] _storageForms =
        [Unsigned, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"];

    static readonly TimeSpan _skew = TimeSpan.FromMinutes(5);
    static readonly TimeSpan _storageSkew = TimeSpan.FromMinutes(15);

    public async Task<Caller?> Verify(HttpContext context, CancellationToken stop)
    {
        var request = context.Request;
        var target = RawTarget.Of(context);
        if (SignatureClaims.Read(request, target) is not { } claims)
        {
            return null;
        }

        bool storage = request.Path.StartsWithSegments("/s3");
        claims.Scope.Require(claims.Time, settings.Region, storage ? "s3" : "bedrock");
        RequireTime(claims, storage);
        RequireHeaders(request, claims);
        var found = await keys.FindAccessKey(claims.Scope.AccessKeyId, stop);

        // A key that nobody has is put through the same work, so that the answer takes as long.
        var key = new SigningKey(found?.SecretAccessKey ?? claims.Scope.AccessKeyId, claims.Scope);
        string payload = await PayloadHash(request, claims, storage, stop);
        string canonical = CanonicalRequest.Of(request, target, claims, storage, payload);
        bool matches = key.Matches(CanonicalRequest.StringToSign(claims, canonical), claims.Signature);
        if (found is null)
        {
            throw SignatureProblem.UnknownKey();
        }

        if (!matches)
        {
            throw SignatureProblem.Mismatch();
        }

        if (ChangesSomething(request, claims) && !await used.Use(claims.Signature, 2 * (storage ? _storageSkew : _skew), stop))
        {
            throw SignatureProblem.Replayed();
        }

        request.Body = Body(request, claims, key, payload);
        return found.Value.Caller;
    }

    void RequireTime(SignatureClaims claims, bool storage)
    {
        var (now, skew) = (clock.GetUtcNow(), storage ? _storageSkew : _skew);
        string Text(DateTimeOffset time) => time.ToString("yyyyMMdd'T'HHmmss'Z'");
        if (claims.At > now + skew)
        {
            throw SignatureProblem.Skewed(
                storage, $"Signature not yet current: {claims.Time} is still later than {Text(now + skew)} ({Text(now)} + {skew.TotalMinutes} min.)");
        }

        if (claims.Expires is { } holds)
        {
            if (claims.At + holds < now)
            {
                throw SignatureProblem.Expired($"The presigned address has expired: it held until {Text(claims.At + holds)}, and it is {Text(now)}.");
            }
        }
        else if (claims.At < now - skew)
        {
            throw SignatureProblem.Skewed(
                storage, $"Signature expired: {claims.Time} is now earlier than {Text(now - skew)} ({Text(now)} - {skew.TotalMinutes} min.)");
        }
    }

    static void RequireHeaders(HttpRequest request, SignatureClaims claims)
    {
        if (CanonicalRequest.Unsigned(request, claims).FirstOrDefault() is { } name)
        {
            throw SignatureProblem.Incomplete($"There were headers present in the request which were not signed: '{name}'.");
        }
    }

    // What stands for the body in the canonical request. A body whose hash no header names is read here, up to the limit for bodies.
    async Task<string> PayloadHash(HttpRequest request, SignatureClaims claims, bool storage, CancellationToken stop)
    {
        if (claims.PayloadHash is { } given)
        {
            bool known = given is { Length: 64 } && given.All(char.IsAsciiHexDigitLower);
            string others = storage ? $", {Unsigned} or a streaming form" : "";
            return known || (storage && _storageForms.Contains(given)) ? given : throw SignatureProblem.Incomplete(
                $"x-amz-content-sha256 is '{given}', but needs to be the body's SHA-256 in hexadecimal{others}.");
        }

        if (claims.Expires is not null && storage)
        {
            return Unsigned;
        }

        var bytes = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        for (int read = await request.Body.ReadAsync(buffer, stop); read > 0; read = await request.Body.ReadAsync(buffer, stop))
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > settings.LargestBody)
            {
                throw new ApiProblem(ProblemKind.TooLarge, $"The body has more than {settings.LargestBody:N0} bytes; send less at once.");
            }
        }

        bytes.Position = 0;
        request.Body = bytes;
        return Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    static Stream Body(HttpRequest request, SignatureClaims claims, SigningKey key, string payload)
    {
        if (!payload.StartsWith(Streaming, StringComparison.Ordinal))
        {
            return payload == Unsigned || request.Body is MemoryStream ? request.Body : new CheckedBody(request.Body, payload);
        }

        long? length = long.TryParse(request.Headers["x-amz-decoded-content-length"], out long told) ? told : null;
        var signer = payload.Contains("AWS4", StringComparison.Ordinal) ? new ChunkSigner(key, claims) : null;
        return new ChunkedBody(request.Body, signer, payload.EndsWith("-TRAILER", StringComparison.Ordinal), length);
    }

    // A presigned address is made to be used until it expires; asking a model or reading tags changes nothing.
    static bool ChangesSomething(HttpRequest request, SignatureClaims claims) =>
        claims.Expires is null && request.Method is not ("GET" or "HEAD" or "OPTIONS")
        && !request.Path.StartsWithSegments("/model") && !request.Path.StartsWithSegments("/listTagsForResource");
}
