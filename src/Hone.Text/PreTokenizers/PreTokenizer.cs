using System.Text.Json;
using Hone.Text.Patterns;

namespace Hone.Text.PreTokenizers;

/// <summary>Cuts a text into the pieces that the model then encodes one by one.</summary>
abstract class PreTokenizer
{
    const string Supported = "ByteLevel, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, CharDelimiterSplit, Metaspace and Sequence";

    /// <summary>Gives the pieces of a text that is not empty, in order; empty pieces are left out.</summary>
    public abstract void Split(ReadOnlyMemory<char> text, bool atStart, PieceSink pieces);

    /// <summary>The same without writing bytes in the byte alphabet at the end, so that the model reads them itself; null if that is not what it ends with.</summary>
    public virtual PreTokenizer? LeavingBytes() => null;

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
            "Split" => ReadSplit(fields),
            "Digits" => new PatternSplit(
                Pattern.Of(CharacterSet.Numeric()), fields.Flag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous, invert: false),
            "Punctuation" => new PatternSplit(
                Pattern.Of(OlderCategories.Punctuation),
                fields.FindText("behavior") is { } behavior ? SplitBehaviors.Read(behavior, $"{path}.behavior") : SplitBehavior.Isolated,
                invert: false),
            "Whitespace" => new PatternSplit(new Pattern(@"\w+|[^\w\s]+", PatternDialect.Rust), SplitBehavior.Removed, invert: true),
            "WhitespaceSplit" => new PatternSplit(new Pattern(@"\s"), SplitBehavior.Removed, invert: false),
            "CharDelimiterSplit" => new PatternSplit(Pattern.OfLiteral(fields.Text("delimiter")), SplitBehavior.Removed, invert: false),
            "Metaspace" => MetaspaceSplit.Read(fields),
            "Sequence" => new PreTokenizerSequence(fields.Parts("pretokenizers", (item, at) => Read(item, at)!)),
            _ => throw new TokenizerException($"{path} is a '{type}' pre-tokenizer, which is not supported; supported are {Supported}."),
        };
        fields.RefuseOthers();
        return preTokenizer;
    }

    static PatternSplit ReadSplit(JsonFields fields)
    {
        var problems = new ProblemList();
        var pattern = problems.Try(() => PatternField.Read(fields.Require("pattern"), $"{fields.Path}.pattern"));
        var behavior = problems.Try(() => SplitBehaviors.Read(fields.Text("behavior"), $"{fields.Path}.behavior"));
        bool invert = problems.Try(() => fields.Flag("invert"));
        problems.Throw();
        return new(pattern!, behavior, invert);
    }
}

sealed class PreTokenizerSequence(PreTokenizer[] parts) : PreTokenizer
{
    public override void Split(ReadOnlyMemory<char> text, bool atStart, PieceSink pieces)
    {
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            pieces = new SplittingSink(parts[i], pieces);
        }

        pieces.Add(text, atStart);
    }

    public override PreTokenizer? LeavingBytes() =>
        parts is [.., var last] && last.LeavingBytes() is { } leaving ? new PreTokenizerSequence([.. parts[..^1], leaving]) : null;
}
