using System.Text.Json;
using Hone.Text.Patterns;

namespace Hone.Text.PreTokenizers;

/// <summary>Cuts a text into the pieces that the model then encodes one by one.</summary>
abstract class PreTokenizer
{
    /// <summary>Adds the pieces of a text that is not empty, in order; empty pieces are left out.</summary>
    public abstract void Split(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> pieces);

    /// <summary>The pre-tokenizer that tokenizer.json describes; null when it has none.</summary>
    public static PreTokenizer? Read(JsonElement? element, string path)
    {
        if (element is null)
        {
            return null;
        }

        var fields = new JsonFields(element.Value, path);
        string type = fields.Text("type");
        PreTokenizer preTokenizer = type switch
        {
            "ByteLevel" => ByteLevelSplit.Read(fields),
            "Split" => new PatternSplit(
                PatternField.Read(fields.Require("pattern"), $"{path}.pattern"),
                SplitBehaviors.Read(fields.Text("behavior"), $"{path}.behavior"),
                fields.Flag("invert")),
            "Digits" => new PatternSplit(
                new Pattern(@"\p{N}"),
                fields.Flag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous,
                invert: false),
            "Sequence" => new PreTokenizerSequence(
                [.. fields.Items("pretokenizers").Select((item, i) => Read(item, $"{path}.pretokenizers[{i}]")!)]),
            _ => throw new TokenizerException(
                $"{path} in tokenizer.json is a '{type}' pre-tokenizer, which is not supported; supported are ByteLevel, Split, Digits and Sequence."),
        };
        fields.RefuseOthers();
        return preTokenizer;
    }
}

sealed class PreTokenizerSequence(PreTokenizer[] parts) : PreTokenizer
{
    public override void Split(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> pieces)
    {
        List<ReadOnlyMemory<char>> current = [text];
        foreach (var part in parts)
        {
            List<ReadOnlyMemory<char>> next = new(current.Count);
            foreach (var piece in current)
            {
                part.Split(piece, next);
            }

            current = next;
        }

        pieces.AddRange(current);
    }
}
