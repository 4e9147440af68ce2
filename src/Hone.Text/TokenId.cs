using System.Text.Json;

namespace Hone.Text;

static class TokenId
{
    // Far above every published vocabulary; keeps a damaged file from asking for gigabytes.
    public const int Most = 1 << 24;

    public static int Read(JsonElement value, string what)
    {
        int id = JsonFields.AsWhole(value, what);
        return id is >= 0 and < Most
            ? id
            : throw new TokenizerException($"{what} is the token id {id}, but ids go from 0 to {Most - 1}.");
    }
}
