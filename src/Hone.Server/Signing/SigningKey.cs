using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.Signing;

/// <summary>The key of a day, region and service: HMACs, one over the other, that begin with the secret.</summary>
sealed class SigningKey
{
    readonly byte[] _key;

    public SigningKey(string secret, CredentialScope scope)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (string part in (ReadOnlySpan<string>)[scope.Date, scope.Region, scope.Service, CredentialScope.Terminator])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        _key = key;
    }

    public string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    /// <summary>Compares in a time that does not depend on where they differ.</summary>
    public bool Matches(string text, string signature) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(text)), Encoding.UTF8.GetBytes(signature));
}
