using System.Runtime.CompilerServices;

namespace Hone.Text.PreTokenizers;

/// <summary>Takes the pieces of a text one by one.</summary>
abstract class PieceSink
{
    /// <param name="piece">Not empty.</param>
    /// <param name="atStart">The piece begins where the user's text begins.</param>
    public abstract void Add(ReadOnlyMemory<char> piece, bool atStart);
}

/// <summary>Splits each piece further.</summary>
sealed class SplittingSink(PreTokenizer preTokenizer, PieceSink next) : PieceSink
{
    // A sequence of thousands of pre-tokenizers is as many calls inside one another.
    public override void Add(ReadOnlyMemory<char> piece, bool atStart)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TokenizerException("The tokenizer has a sequence of more pre-tokenizers than can follow one another.");
        }

        preTokenizer.Split(piece, atStart, next);
    }
}

sealed class CollectingSink : PieceSink
{
    public List<string> Pieces { get; } = [];

    public override void Add(ReadOnlyMemory<char> piece, bool atStart) => Pieces.Add(piece.ToString());
}
