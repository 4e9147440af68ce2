using System.Runtime.CompilerServices;
using Hone.Jobs.Engine;

namespace Hone.Server.OpenAi.Chat;

/// <summary>Log-probabilities belong to what is read: tokens that add nothing to the text, such as the one that ends an answer, are not told.</summary>
static class VisibleTokens
{
    public static async IAsyncEnumerable<GeneratedPiece> OfText(
        this IAsyncEnumerable<GeneratedPiece> pieces, [EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var piece in pieces.WithCancellation(stop))
        {
            yield return piece.Tokens.All(IsVisible) ? piece : piece with { Tokens = [.. piece.Tokens.Where(IsVisible)] };
        }
    }

    static bool IsVisible(DrawnToken token) => token.Token.Bytes.Length > 0;
}
