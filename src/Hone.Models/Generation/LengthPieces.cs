namespace Hone.Models.Generation;

/// <summary>
/// Completions of a model whose rotation depends on the length, drawn in pieces within which it does not change. A piece is a request of
/// its own, whose prompt holds what is already written: so its keys are computed again under the frequencies of its length.
/// </summary>
sealed class LengthPieces(
    Decoder decoder, IReadOnlyList<GenerationRequest> requests, Action<int, int, Completion>? onFinished)
{
    readonly Completion[][] _results = [.. requests.Select(request => new Completion[request.Count])];

    /// <param name="draw">Completions of requests under the decoder's <see cref="Decoder.RotaryLength"/>.</param>
    public Completion[][] Run(Func<IReadOnlyList<GenerationRequest>, Completion[][]> draw)
    {
        int before = decoder.RotaryLength;
        try
        {
            List<Piece> open = [.. requests.SelectMany((request, r) => Enumerable.Range(0, request.Count).Select(i => new Piece(r, i, [], [], [])))];
            while (open.Count > 0)
            {
                int length = open.Min(Length);
                Piece[] now = [.. open.Where(piece => decoder.SameRotation(Length(piece), length))];
                decoder.RotaryLength = length;
                var drawn = draw([.. now.Select(Request)]);
                open = [.. open.Except(now), .. now.Zip(drawn, (piece, completions) => GoOn(piece, completions[0])).OfType<Piece>()];
            }

            return _results;
        }
        finally
        {
            decoder.RotaryLength = before;
        }
    }

    // One completion as far as it is written.
    sealed record Piece(int Request, int Index, int[] Tokens, float[] LogProbabilities, float[] Entropies);

    int Length(Piece piece) => requests[piece.Request].Prompt.Length + piece.Tokens.Length;

    GenerationRequest Request(Piece piece)
    {
        var whole = requests[piece.Request];
        int left = whole.MaxTokens - piece.Tokens.Length, length = Length(piece), tokens = 1;
        while (tokens < left && decoder.SameRotation(length + tokens, length))
        {
            tokens++;
        }

        return whole with
        {
            Prompt = [.. whole.Prompt, .. piece.Tokens],
            Written = piece.Tokens.Length,
            FirstIndex = piece.Index,
            Count = 1,
            MaxTokens = tokens,
        };
    }

    Piece? GoOn(Piece piece, Completion drawn)
    {
        var longer = piece with
        {
            Tokens = [.. piece.Tokens, .. drawn.Tokens],
            LogProbabilities = [.. piece.LogProbabilities, .. drawn.LogProbabilities],
            Entropies = [.. piece.Entropies, .. drawn.Entropies],
        };
        if (drawn.End == CompletionEnd.MaxTokens && longer.Tokens.Length < requests[piece.Request].MaxTokens)
        {
            return longer;
        }

        var completion = new Completion(longer.Tokens, longer.LogProbabilities, longer.Entropies, drawn.End);
        _results[piece.Request][piece.Index] = completion;
        onFinished?.Invoke(piece.Request, piece.Index, completion);
        return null;
    }
}
