using System.Text;
using Hone.Models.Generation;
using Hone.Models.Serving;
using Hone.Text;

namespace Hone.Jobs.Engine.Serving;

/// <summary>Makes pieces of one completion's tokens: whole characters, never part of a stop text, and beside them the tokens that they end.</summary>
sealed class CompletionWriter(Tokenizer tokenizer, IReadOnlyList<string> stops, bool tellsTokens, int index, Action<GeneratedPiece> write)
{
    readonly StreamDecoder _stream = tokenizer.Stream(skipSpecial: true);
    readonly StopTexts _stops = new(stops);
    readonly Queue<(DrawnToken Token, int Start, int End)> _held = [];
    int _length;

    /// <summary>Returns whether the completion ends here, with a stop text.</summary>
    public bool Push(ServedToken token)
    {
        string text = _stream.Push(token.Id);
        if (tellsTokens)
        {
            _held.Enqueue((Drawn(token), _length, _length + text.Length));
        }

        _length += text.Length;
        string shown = _stops.Show(text);
        var tokens = Released(_stops.Found);
        if (shown.Length > 0 || tokens.Count > 0)
        {
            write(new(index, shown, tokens));
        }

        return _stops.Found;
    }

    /// <param name="usage">Of the request, if this completion is its last.</param>
    public void End(CompletionEnd why, TokenUsage? usage)
    {
        string rest = _stops.Rest(_stream.Flush());
        var finish = why == CompletionEnd.EndToken ? FinishReason.Stop : _stops.Found ? FinishReason.StopText : FinishReason.Length;
        write(new(index, rest, Released(isOver: true), finish, finish == FinishReason.StopText ? _stops.FoundText : null, usage));
    }

    // A token is told with the text that it ends; those of a stop text are not.
    List<DrawnToken> Released(bool isOver)
    {
        List<DrawnToken> tokens = [];
        while (_held.TryPeek(out var first) && (isOver || first.End <= _stops.Shown))
        {
            _held.Dequeue();
            if (!_stops.Found || first.Start < _stops.Shown)
            {
                tokens.Add(first.Token);
            }
        }

        return tokens;
    }

    DrawnToken Drawn(ServedToken token) =>
        new(Chance(token.Id, token.LogProbability), [.. token.Top.Select(one => Chance(one.Id, one.LogProbability))]);

    TokenChance Chance(int id, float logProbability)
    {
        byte[] bytes = tokenizer.BytesOf(id) ?? [];
        return new(id, Encoding.UTF8.GetString(bytes), bytes, logProbability);
    }
}
