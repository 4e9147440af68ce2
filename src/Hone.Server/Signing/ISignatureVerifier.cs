using Hone.Server.Accounts;

namespace Hone.Server.Signing;

/// <summary>Finds the caller of a request that AWS's Signature Version 4 signs, in its headers or in its query.</summary>
public interface ISignatureVerifier
{
    /// <summary>
    /// Verifies the signature of the head, and sees to it that a body which does not match its declared hash cannot be read to its end.
    /// Unknown, expired and revoked keys take the work of known ones and are told alike.
    /// </summary>
    /// <returns>Null where the request carries no such signature.</returns>
    /// <exception cref="ApiProblem">The signature does not hold; the sentence says why (clock, region, headers, key or value).</exception>
    Task<Caller?> Verify(HttpContext context, CancellationToken stop);
}
