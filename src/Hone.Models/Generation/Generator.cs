using Hone.Tensors;

namespace Hone.Models.Generation;

/// <summary>
/// Continuous batching: finished completions leave at once and waiting ones enter. A prompt is computed once for its completions.
/// </summary>
/// <remarks>A completion's bits do not depend on the batch, nor on what else is in it.</remarks>
public sealed class Generator : IDisposable
{
    // Prompt rows of one forward pass: bounds the memory of a prefill.
    const int PrefillRows = 2048;

    readonly Decoder _decoder;
    readonly int _batch;
    readonly long? _cacheBytes;
    readonly Arena _arena;
    readonly TokenDraw _draw;
    readonly AttentionPlan _plan = new();
    int[] _tokens = [];
    int[] _positions = [];
    KeyValueCache? _cache;

    /// <param name="batch">Completions that are decoded side by side.</param>
    /// <param name="cacheBytes">
    /// The most that keys and values may take; fewer completions are decoded side by side where they would take more. Null: what the batch needs.
    /// </param>
    public Generator(Decoder decoder, int batch, long? cacheBytes = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        _decoder = decoder;
        _batch = batch;
        _cacheBytes = cacheBytes;
        _arena = decoder.Device.NewArena();
        _draw = new TokenDraw(decoder.Device);
    }

    /// <summary>Pages of keys and values that sequences hold; none between two calls that were not cancelled.</summary>
    internal int PagesInUse => _cache is null ? 0 : _cache.Pages - _cache.FreePages;

    /// <summary>
    /// Rotates each sequence as its length at that moment asks, and computes keys again where a completion grows into other frequencies.
    /// Otherwise all turn by <see cref="Decoder.RotaryLength"/>. No difference but for models whose rotation depends on the length.
    /// </summary>
    public bool FollowsLength { get; init; }

    /// <summary>Completions for each request, in order.</summary>
    /// <param name="onFinished">Called with (request, completion index, completion) as each one ends, in no particular order.</param>
    public Completion[][] Generate(
        IReadOnlyList<GenerationRequest> requests, Action<int, int, Completion>? onFinished = null, CancellationToken stop = default)
    {
        Check(requests);
        return FollowsLength && _decoder.RotationDependsOnLength
            ? new LengthPieces(_decoder, requests, onFinished).Run(piece => Draw(piece, null, stop))
            : Draw(requests, onFinished, stop);
    }

    Completion[][] Draw(IReadOnlyList<GenerationRequest> requests, Action<int, int, Completion>? onFinished, CancellationToken stop)
    {
        var results = requests.Select(request => new Completion[request.Count]).ToArray();
        var cache = CacheFor(requests);
        var schedule = new Schedule(requests, cache.Pages);
        List<Sequence> active = [];
        while (schedule.Any || active.Count > 0)
        {
            stop.ThrowIfCancellationRequested();
            int running = active.Count;
            schedule.Admit(active, _batch);
            Step(active, running, cache);
            Retire(active, schedule, cache, (prompt, index, completion) =>
            {
                results[prompt][index] = completion;
                onFinished?.Invoke(prompt, index, completion);
            });
        }

        return results;
    }

    public void Dispose()
    {
        _cache?.Dispose();
        _arena.Dispose();
    }

    // One token for every sequence: the first `running` go on, the others begin. All are drawn together, so that the head is read once.
    void Step(List<Sequence> active, int running, KeyValueCache cache)
    {
        if (running < active.Count)
        {
            Begin(active, running, cache);
        }

        _arena.Reset();
        var decoded = running > 0 ? Decode(active, running, cache) : null;
        var hidden = decoded is not null && running == active.Count ? decoded : WithBeginners(active, running, decoded);
        _draw.Draw(active, _decoder.Logits(_arena, hidden), _arena);
    }

    void Begin(List<Sequence> active, int first, KeyValueCache cache)
    {
        List<PromptState> prompts = [];
        for (int i = first; i < active.Count; i++)
        {
            if (active[i].Prompt.LastHidden is null && (prompts.Count == 0 || prompts[^1] != active[i].Prompt))
            {
                prompts.Add(active[i].Prompt);
            }
        }

        Prefill(prompts, cache);
        for (int i = first; i < active.Count; i++)
        {
            active[i].Begin(cache);
        }
    }

    Tensor WithBeginners(List<Sequence> active, int running, Tensor? decoded)
    {
        var hidden = _arena.New(active.Count, _decoder.Config.HiddenSize);
        decoded?.Span.CopyTo(hidden.Span);
        for (int i = running; i < active.Count; i++)
        {
            active[i].Prompt.LastHidden.CopyTo(hidden.RowSpan(i));
        }

        return hidden;
    }

    void Prefill(List<PromptState> prompts, KeyValueCache cache)
    {
        for (int first = 0, last; first < prompts.Count; first = last)
        {
            last = first;
            for (int rows = 0; last < prompts.Count && (last == first || rows + prompts[last].Tokens.Length <= PrefillRows); last++)
            {
                rows += prompts[last].Tokens.Length;
            }

            PrefillTogether(prompts.GetRange(first, last - first), cache);
        }
    }

    void PrefillTogether(List<PromptState> prompts, KeyValueCache cache)
    {
        _plan.Clear();
        int row = 0;
        foreach (var prompt in prompts)
        {
            prompt.TakePages(cache);
            _plan.AddCached(row, prompt.Tokens.Length, 0, prompt.Pages);
            row += prompt.Tokens.Length;
        }

        _arena.Reset();
        var hidden = Hidden(
            [.. prompts.SelectMany(prompt => prompt.Tokens)], [.. prompts.SelectMany(prompt => Enumerable.Range(0, prompt.Tokens.Length))],
            cache);
        row = 0;
        foreach (var prompt in prompts)
        {
            row += prompt.Tokens.Length;
            prompt.LastHidden = hidden.RowSpan(row - 1).ToArray();
        }
    }

    Tensor Decode(List<Sequence> active, int running, KeyValueCache cache)
    {
        if (_tokens.Length != running)
        {
            (_tokens, _positions) = (new int[running], new int[running]);
        }

        _plan.Clear();
        for (int i = 0; i < running; i++)
        {
            (_tokens[i], _positions[i]) = active[i].Advance(cache);
            _plan.AddCached(i, 1, _positions[i], active[i].Pages);
        }

        return Hidden(_tokens, _positions, cache);
    }

    Tensor Hidden(int[] tokens, int[] positions, KeyValueCache cache)
    {
        var tape = new Tape(_decoder.Device, _arena, records: false);
        return _decoder.Hidden(tape, new RowBatch { Tokens = tokens, Positions = positions, Plan = _plan }, cache);
    }

    // Takes out what has ended; the others keep their order, so that completions of a prompt stay side by side.
    static void Retire(List<Sequence> active, Schedule schedule, KeyValueCache cache, Action<int, int, Completion> finished)
    {
        int kept = 0;
        for (int i = 0; i < active.Count; i++)
        {
            var sequence = active[i];
            if (sequence.End is null)
            {
                active[kept++] = sequence;
                continue;
            }

            cache.Return(sequence.OwnPages);
            schedule.Leave(sequence.Prompt.Request, sequence.Prompt.Leave(cache));
            finished(sequence.Prompt.Index, sequence.Index, sequence.Completion());
        }

        active.RemoveRange(kept, active.Count - kept);
    }

    static void Check(IReadOnlyList<GenerationRequest> requests)
    {
        for (int i = 0; i < requests.Count; i++)
        {
            if (requests[i].Prompt.Length == 0)
            {
                throw new ArgumentException($"The prompt of request {i} is empty; a completion needs at least one token to follow.");
            }

            if (requests[i].MaxTokens < 1)
            {
                throw new ArgumentException($"MaxTokens of request {i} is {requests[i].MaxTokens}, but needs to be 1 or more.");
            }
        }
    }

    KeyValueCache CacheFor(IReadOnlyList<GenerationRequest> requests)
    {
        int pages = MostPages(requests);
        if (_cacheBytes is { } bytes)
        {
            pages = (int)Math.Min(pages, bytes / KeyValueCache.BytesPerPage(_decoder.Shape, _decoder.Config.Layers));
            CheckRoom(requests, pages);
        }

        if (_cache is null || _cache.Pages < pages)
        {
            _cache?.Dispose();
            _cache = null;
            _cache = new KeyValueCache(_decoder.Shape, _decoder.Config.Layers, pages);
        }

        // A call that was cancelled or failed left its pages behind.
        _cache.ReturnAll();
        return _cache;
    }

    // As many pages as can be in use at once: those of the largest completions side by side, each with a prompt of its own,
    // and the prompt of a request whose completions have not all begun.
    int MostPages(IReadOnlyList<GenerationRequest> requests)
    {
        int completions = requests
            .SelectMany(request => Enumerable.Repeat(Schedule.OwnPages(request), request.Count)).OrderDescending().Take(_batch).Sum();
        int prompts = requests.Select(Schedule.PromptPages).OrderDescending().Take(_batch + 1).Sum();
        return completions + prompts;
    }

    void CheckRoom(IReadOnlyList<GenerationRequest> requests, int pages)
    {
        for (int i = 0; i < requests.Count; i++)
        {
            int needed = Schedule.PromptPages(requests[i]) + Schedule.OwnPages(requests[i]);
            if (needed > pages)
            {
                double megabyte = KeyValueCache.BytesPerPage(_decoder.Shape, _decoder.Config.Layers) / 1e6;
                throw new ArgumentException(
                    $"Keys and values of request {i} may take {needed * megabyte:F1} MB (prompt {requests[i].Prompt.Length}, MaxTokens "
                    + $"{requests[i].MaxTokens}), but have {pages * megabyte:F1} MB; lower MaxTokens or allow the cache more memory.");
            }
        }
    }
}
