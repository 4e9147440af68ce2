using System.Text;

namespace Hone.Server.Signing;

/// <summary>Percent-encoding as signatures need it: everything but letters, digits and <c>-_.~</c>, in capitals. A plus sign is a plus sign.</summary>
static class UriText
{
    public static string Encode(string text) => Uri.EscapeDataString(text);

    /// <exception cref="ApiProblem">A percent sign without two hexadecimal digits, or bytes that are no UTF-8.</exception>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([text[i]]));
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                throw ApiProblem.Invalid("The address has a '%' that two hexadecimal digits do not follow; encode '%' as '%25'.");
            }
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw ApiProblem.Invalid("The address holds encoded bytes that are no UTF-8.");
        }
    }
}
