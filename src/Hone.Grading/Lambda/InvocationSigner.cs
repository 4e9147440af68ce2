using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Hone.Grading.Lambda;

/// <summary>Signs a call to AWS Lambda (Signature Version 4): the host, the time, the session's token and the body cannot be changed on the way.</summary>
static class InvocationSigner
{
    public static void Sign(HttpRequestMessage request, byte[] payload, string region, ImmutableCredentials credentials, DateTime utcNow)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["x-amz-date"] = utcNow.ToString("yyyyMMdd'T'HHmmss'Z'"),
        };
        if (credentials.UseToken)
        {
            headers["x-amz-security-token"] = credentials.Token;
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var address = request.RequestUri!;
        headers["host"] = address.Authority;
        string names = string.Join(';', headers.Keys);
        string[] canonical =
        [
            "POST",
            Twice(address.AbsolutePath),
            address.Query.TrimStart('?'),
            .. headers.Select(header => $"{header.Key}:{header.Value}"),
            "",
            names,
            Convert.ToHexStringLower(SHA256.HashData(payload)),
        ];
        var signature = AWS4Signer.ComputeSignature(credentials, region, utcNow, "lambda", names, string.Join('\n', canonical));
        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }

    // Every service but S3 wants the escaped path escaped once more.
    static string Twice(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
