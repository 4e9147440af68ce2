namespace Hone.Server.Signing;

/// <summary>What can be wrong with a signature, with AWS's codes and, where they help, AWS's sentences.</summary>
static class SignatureProblem
{
    public static ApiProblem Incomplete(string message) => Of("IncompleteSignatureException", message);

    public static ApiProblem Wrong(string message) => Of("InvalidSignatureException", message);

    public static ApiProblem Mismatch() => Wrong(
        "The request signature we calculated does not match the signature you provided. Check the secret access key and the signing method.");

    public static ApiProblem UnknownKey() => Of("UnrecognizedClientException", "The security token included in the request is invalid.");

    public static ApiProblem Skewed(bool storage, string message) => Of(storage ? "RequestTimeTooSkewed" : "InvalidSignatureException", message);

    public static ApiProblem Expired(string message) => Of("ExpiredTokenException", message);

    public static ApiProblem Replayed() =>
        Wrong("This signature was used already; a request that changes something needs one of its own: sign it again.");

    /// <summary>The body is not the one that was signed.</summary>
    public static ApiProblem Body(string message) => new(ProblemKind.Invalid, message) { Code = "XAmzContentSHA256Mismatch" };

    static ApiProblem Of(string code, string message) => new(ProblemKind.Forbidden, message) { Code = code };
}
