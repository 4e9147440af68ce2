using System.Text.Json;
using Hone.Text.Decoders;
using Hone.Text.Normalizers;
using Hone.Text.Patterns;
using Hone.Text.PreTokenizers;

namespace Hone.Text;

/// <summary>Single parts of a tokenizer, as tokenizer.json describes them: for comparing each with a reference.</summary>
public static class TokenizerComponents
{
    /// <exception cref="TokenizerException">The description is damaged or not supported.</exception>
    public static string Normalize(JsonElement normalizer, string text) =>
        Normalizer.Read(normalizer, "normalizer")!.Apply(CodePoints.WellFormed(text));

    /// <exception cref="TokenizerException">The description is damaged or not supported.</exception>
    public static IReadOnlyList<string> Split(JsonElement preTokenizer, string text)
    {
        var pieces = new CollectingSink();
        if (text.Length > 0)
        {
            PreTokenizer.Read(preTokenizer, "pre_tokenizer")!.Split(CodePoints.WellFormed(text).AsMemory(), atStart: true, pieces);
        }

        return pieces.Pieces;
    }

    /// <exception cref="TokenizerException">The description is damaged or not supported.</exception>
    public static string Decode(JsonElement decoder, IEnumerable<string> tokens) =>
        string.Concat(TokenDecoder.Read(decoder, "decoder").Decode([.. tokens]));
}
