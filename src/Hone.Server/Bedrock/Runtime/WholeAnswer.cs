using System.Text;
using Hone.Jobs.Engine;
using Hone.Server.Inference;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>An answer gathered from its pieces.</summary>
sealed class WholeAnswer
{
    readonly SortedDictionary<int, (StringBuilder Text, FinishReason Finish, string? StopText)> _completions = [];

    public TokenUsage Usage { get; private set; } = new(0, 0, 0);

    /// <summary>The completions in their order.</summary>
    public IEnumerable<(int Index, string Text, FinishReason Finish, string? StopText)> Completions =>
        _completions.Select(pair => (pair.Key, pair.Value.Text.ToString(), pair.Value.Finish, pair.Value.StopText));

    public (int Index, string Text, FinishReason Finish, string? StopText) First => Completions.FirstOrDefault((0, "", FinishReason.Stop, null));

    public void Add(GeneratedPiece piece)
    {
        var known = _completions.TryGetValue(piece.Index, out var there) ? there : (new StringBuilder(), FinishReason.Stop, null);
        known.Item1.Append(piece.Text);
        _completions[piece.Index] = (known.Item1, piece.Finish ?? known.Item2, piece.StopText ?? known.Item3);
        Usage = piece.Usage ?? Usage;
    }

    public static IReadOnlyList<AnswerPart> Parts(string text, bool hasTools)
    {
        var reader = new AnswerReader(hasTools);
        return [.. reader.Add(text), .. reader.End()];
    }
}
