namespace Hone.Server.Signing;

/// <summary>Signatures of a body's chunks: each covers the one before it, the first the request's own.</summary>
sealed class ChunkSigner(SigningKey key, SignatureClaims claims)
{
    const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    string _previous = claims.Signature;

    public void RequireChunk(string sha256, string signature) => Require("PAYLOAD", $"{EmptyHash}\n{sha256}", signature);

    public void RequireTrailer(string sha256, string signature) => Require("TRAILER", sha256, signature);

    void Require(string kind, string hashes, string signature)
    {
        if (!key.Matches($"{SignatureClaims.Algorithm}-{kind}\n{claims.Time}\n{claims.Scope.Text}\n{_previous}\n{hashes}", signature))
        {
            throw SignatureProblem.Mismatch();
        }

        _previous = signature;
    }
}
