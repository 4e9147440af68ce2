namespace Hone.Server.Tests.SecurityTests;

/// <summary>What is tried with signatures of AWS's kind.</summary>
static class SignatureAttacks
{
    public static IReadOnlyList<Attack> All { get; } =
    [
        Of("a changed signature", good => good with { Tamper = text => Flip(text, "Signature=") }),
        Of("another path than the signed one", good => good with { Tamper = text => text.Replace("/foundation-models ", "/custom-models ", StringComparison.Ordinal) }),
        Of("another query than the signed one", good => good with { Tamper = text => text.Replace("/foundation-models ", "/foundation-models?a=b ", StringComparison.Ordinal) }),
        Of("another method than the signed one", good => good with { Tamper = text => "POST" + text["GET".Length..] }),
        Of("another host than the signed one", good => good with { Tamper = text => text.Replace("Host: 127.0.0.1", "Host: localhost", StringComparison.Ordinal) }),
        Of("another secret", good => good with { Secret = new string('s', 40) }),
        Of("an empty secret", good => good with { Secret = "" }),
        Of("an access key that nobody has", good => good with { AccessKeyId = "HONEAAAAAAAAAAAA" }),
        Of("an access key of AWS", good => good with { AccessKeyId = "AKIAIOSFODNN7EXAMPLE" }),
        Of("an access key that is SQL", good => good with { AccessKeyId = "HONE'OR'1'='1" }),
        With("an expired key's pair", tenants => SignedRequest.With(tenants.Expired).InHeader()),
        With("a revoked key's pair", tenants => SignedRequest.With(tenants.Revoked).InHeader()),
        With("a pair of two keys", tenants => new SignedRequest(tenants.Server.Key.AccessKeyId, tenants.Stranger.SecretAccessKey).InHeader()),
        Of("a clock an hour behind", good => good with { At = good.At.AddHours(-1) }),
        Of("a clock an hour ahead", good => good with { At = good.At.AddHours(1) }),
        Of("a clock a century behind", good => good with { At = good.At.AddYears(-100) }),
        Of("another region", good => good with { Region = "eu-west-1" }),
        Of("another service", good => good with { Service = "s3" }),
        Of("an empty scope", good => good with { Region = "" }),
        Of("no host among the signed headers", good => good with { SignedHeaders = "x-amz-content-sha256;x-amz-date" }),
        Of("a header of AWS that is not signed", good => good with { Unsigned = "X-Amz-Target: x\r\n" }),
        Of("a header that is not there", good => good with { SignedHeaders = "host;x-amz-content-sha256;x-amz-date;x-amz-none" }),
        Of("no date", good => good with { Tamper = text => text.Replace("X-Amz-Date:", "X-Other-Date:", StringComparison.Ordinal) }),
        Of("another body than the signed one", good => Change(good) with { Tamper = text => text.Replace("tamper-a", "tamper-b", StringComparison.Ordinal) }),
        With("a bearer token beside the signature", tenants => (SignedRequest.With(tenants.Stranger) with { Unsigned = $"Authorization: Bearer {tenants.Stranger.Bearer}\r\n" }).InHeader()),
        With("a presigned address that has expired", tenants => (SignedRequest.With(tenants.Stranger) with { At = DateTimeOffset.UtcNow.AddMinutes(-2) }).InQuery(60)),
        With("a presigned address for a year", tenants => SignedRequest.With(tenants.Stranger).InQuery(365 * 24 * 3600)),
        With("a presigned address for no time", tenants => SignedRequest.With(tenants.Stranger).InQuery(0)),
        With("a presigned address for less than no time", tenants => SignedRequest.With(tenants.Stranger).InQuery(-1)),
        With("a presigned address whose time was changed", tenants =>
            (SignedRequest.With(tenants.Stranger) with { Tamper = text => text.Replace("X-Amz-Expires=60", "X-Amz-Expires=61", StringComparison.Ordinal) }).InQuery(60)),
        With("a presigned address with a changed signature", tenants => (SignedRequest.With(tenants.Stranger) with { Tamper = text => Flip(text, "X-Amz-Signature=") }).InQuery(60)),
        With("a signature over the keys of Hone", tenants => (SignedRequest.With(tenants.ReadOnly) with { Path = "/hone/v1/keys" }).InHeader()),
    ];

    /// <summary>A request that changes something, if it may.</summary>
    public static SignedRequest Change(SignedRequest request) => request with
    {
        Method = "POST",
        Path = "/tagResource",
        Body = """{"resourceARN":"arn:aws:bedrock:us-east-1:000000000099:custom-model/x","tags":[{"key":"tamper-a","value":"b"}]}""",
    };

    static Attack Of(string name, Func<SignedRequest, SignedRequest> change) => With(name, tenants => change(SignedRequest.With(tenants.Stranger)).InHeader());

    static Attack With(string name, Func<Tenants, string> make) => new(name, [403, 400, 401], "") { Make = make };

    static string Flip(string text, string before)
    {
        int at = text.LastIndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[..at] + (text[at] == 'a' ? 'b' : 'a') + text[(at + 1)..];
    }
}
