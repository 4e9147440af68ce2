using Hone.Models.Generation;
using Hone.Models.Serving;
using Hone.Tensors;

namespace Hone.Jobs.Engine.Serving;

/// <summary>One request on its way: the completions of a prompt, from the generator's tokens to pieces.</summary>
sealed class ServedCompletions
{
    readonly CompletionWriter[] _writers;
    readonly int _prompt;
    int _left, _tokens, _cached;

    /// <summary>Reads a request and finds everything that is wrong with it.</summary>
    /// <param name="write">Gets the pieces, on the engine's thread.</param>
    /// <param name="ended">Called once, on the engine's thread: with null after the last piece, or with what went wrong.</param>
    /// <exception cref="EngineRequestException">It cannot be answered.</exception>
    public ServedCompletions(
        GenerateRequest request, ServedModel model, ServedAdapters.Lease? adapter, EngineSettings settings,
        Action<GeneratedPiece> write, Action<Exception?> ended, CancellationToken stop)
    {
        int[] prompt = model.Encode(request), ends = model.EndTokens(request.EndTokens);
        (_prompt, _left) = (prompt.Length, request.Count);
        int maxTokens = RequestLimits.MaxTokens(request, prompt, model, settings);
        _writers = [.. Enumerable.Range(0, request.Count).Select(index =>
            new CompletionWriter(model.Tokenizer, request.Stop, request.TopLogProbabilities is not null, index, write))];
        var output = request.Schema is { } schema ? model.Output(schema) : null;
        Request = new ServedRequest
        {
            Prompt = prompt,
            Adapter = adapter?.Adapter,
            Scope = request.Scope,
            Count = request.Count,
            MaxTokens = maxTokens,
            Sampling = request.Sampling,
            Key = new RandomKey(request.Seed, RandomPurpose.Completions, 0, (uint)((request.Messages?.Count ?? 0) / 2)),
            EndTokens = ends,
            PresencePenalty = request.PresencePenalty,
            FrequencyPenalty = request.FrequencyPenalty,
            LogitBias = request.LogitBias,
            Top = request.TopLogProbabilities ?? 0,
            Constraint = output is null ? null : () => output.Begin(ends),
            OnToken = (index, token) => _writers[index].Push(token),
            OnEnd = (index, end) => End(index, end, ended),
            OnFailure = ended,
            Stop = stop,
        };
    }

    public ServedRequest Request { get; }

    void End(int index, ServedEnd end, Action<Exception?> ended)
    {
        _tokens += end.Tokens;
        _cached = index == 0 ? end.Cached : _cached;
        bool isLast = --_left == 0;
        _writers[index].End(end.Why, isLast ? new TokenUsage(_prompt, _cached, _tokens) : null);
        if (isLast)
        {
            ended(null);
        }
    }
}
