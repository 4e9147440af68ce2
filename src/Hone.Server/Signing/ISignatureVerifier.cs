using Hone.Server.Accounts;

namespace Hone.Server.Signing;

/// <summary>The second way to say who asks: AWS Signature Version 4, in the Authorization header or in the query of a presigned address.</summary>
public interface ISignatureVerifier
{
    /// <summary>
    /// Finds the caller and puts a body in the request's place that is checked while it is read: what was read of it counts only once it has
    /// been read to its end.
    /// </summary>
    /// <returns>Null: the request carries no AWS signature.</returns>
    /// <exception cref="ApiProblem">The signature is malformed, of another time, place or key, or used already. Code is AWS's.</exception>
    Task<Caller?> Verify(HttpContext context, CancellationToken stop);
}
