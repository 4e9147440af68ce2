using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hone.Models;

namespace Hone.Training;

/// <summary>A name for an adapter's weights: the same exactly when every bit of them is the same.</summary>
static class PolicyFingerprint
{
    public static string Of(LoraAdapter adapter)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in adapter.Parameters)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(parameter.Values!.Span));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
