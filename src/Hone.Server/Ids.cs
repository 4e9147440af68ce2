using System.Security.Cryptography;

namespace Hone.Server;

/// <summary>Names that nobody can guess.</summary>
static class Ids
{
    const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Letters and digits in lower case; 12 of them carry 62 bits.</summary>
    public static string New(int length = 12) => RandomNumberGenerator.GetString(Alphabet, length);
}
