using Hone.Models.Sampling;
using Hone.Tensors;
using Hone.Tensors.Kernels;

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
    readonly Arena _arena;
    KeyValueCache? _cache;

    /// <param name="batch">Completions that are decoded side by side.</param>
    public Generator(Decoder decoder, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        _decoder = decoder;
        _batch = batch;
        _arena = decoder.Device.NewArena();
    }

    /// <summary>Pages of keys and values that sequences hold; none between two calls that were not cancelled.</summary>
    internal int PagesInUse => _cache is null ? 0 : _cache.Pages - _cache.FreePages;

    /// <summary>Completions for each request, in order.</summary>
    /// <param name="onFinished">Called with (request, completion index, completion) as each one ends, in no particular order.</param>
    public Completion[][] Generate(
        IReadOnlyList<GenerationRequest> requests, Action<int, int, Completion>? onFinished = null, CancellationToken stop = default)
    {
        Check(requests);
        var results = requests.Select(request => new Completion[request.Count]).ToArray();
        var cache = CacheFor(requests);
        var waiting = new Waiting(requests);
        List<Sequence> active = [];
        void Retire(Sequence sequence)
        {
            cache.Return(sequence.OwnPages);
            sequence.Prompt.Leave(cache);
            var completion = sequence.Completion();
            results[sequence.Prompt.Index][sequence.Index] = completion;
            onFinished?.Invoke(sequence.Prompt.Index, sequence.Index, completion);
        }

        while (waiting.Any || active.Count > 0)
        {
            stop.ThrowIfCancellationRequested();
            var entering = waiting.Take(_batch - active.Count);
            Enter(entering, cache);
            active.AddRange(entering);
            RemoveFinished(active, Retire);
            if (active.Count > 0)
            {
                Decode(active, cache);
                RemoveFinished(active, Retire);
            }
        }

        return results;
    }

    public void Dispose()
    {
        _cache?.Dispose();
        _arena.Dispose();
    }

    // Computes the prompts that are new and draws every entering completion's first token.
    void Enter(List<Sequence> entering, KeyValueCache cache)
    {
        Prefill([.. entering.Select(sequence => sequence.Prompt).Where(prompt => prompt.LastHidden is null).Distinct()], cache);
        if (entering.Count == 0)
        {
            return;
        }

        _arena.Reset();
        var hidden = _arena.New(entering.Count, _decoder.Config.HiddenSize);
        for (int i = 0; i < entering.Count; i++)
        {
            entering[i].Prompt.LastHidden.CopyTo(hidden.RowSpan(i));
            entering[i].Begin(cache);
        }

        Draw(entering, hidden);
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
        var plan = new AttentionPlan();
        int row = 0;
        foreach (var prompt in prompts)
        {
            prompt.TakePages(cache);
            plan.AddCached(row, prompt.Tokens.Length, 0, prompt.Pages);
            row += prompt.Tokens.Length;
        }

        var hidden = Hidden(
            [.. prompts.SelectMany(prompt => prompt.Tokens)], [.. prompts.SelectMany(prompt => Enumerable.Range(0, prompt.Tokens.Length))],
            plan, cache);
        row = 0;
        foreach (var prompt in prompts)
        {
            row += prompt.Tokens.Length;
            prompt.LastHidden = hidden.RowSpan(row - 1).ToArray();
        }
    }

    void Decode(List<Sequence> active, KeyValueCache cache)
    {
        var plan = new AttentionPlan();
        var (tokens, positions) = (new int[active.Count], new int[active.Count]);
        for (int i = 0; i < active.Count; i++)
        {
            (tokens[i], positions[i]) = active[i].Advance(cache);
            plan.AddCached(i, 1, positions[i], active[i].Pages);
        }

        Draw(active, Hidden(tokens, positions, plan, cache));
    }

    Tensor Hidden(int[] tokens, int[] positions, AttentionPlan plan, KeyValueCache cache)
    {
        _arena.Reset();
        var tape = new Tape(_decoder.Device, _arena, records: false);
        return _decoder.Hidden(tape, new RowBatch { Tokens = tokens, Positions = positions, Plan = plan }, cache);
    }

    // One token for each sequence, from its row of final hidden states.
    void Draw(List<Sequence> sequences, Tensor hidden)
    {
        var logits = _decoder.Logits(_arena, hidden);
        var scratch = _arena.New(logits.Rows, logits.Columns);
        _decoder.Device.ForEach(sequences.Count, i =>
        {
            var row = logits.RowSpan(i);
            var sampling = sequences[i].Prompt.Request.Sampling;
            float inverseTemperature = sampling.Temperature > 0 ? 1f / sampling.Temperature : 1f;
            LogSoftmax.Forward(row, inverseTemperature, out float logSumExp, out float entropy);
            sequences[i].Ban(row);
            int token = Sampler.Choose(row, sampling, sequences[i].TokenSpan, sequences[i].Uniform(), scratch.RowSpan(i));
            sequences[i].Append(token, LogSoftmax.LogProbability(row[token], inverseTemperature, logSumExp), entropy);
        });
        foreach (var sequence in sequences)
        {
            sequence.Settle();
        }
    }

    static void RemoveFinished(List<Sequence> active, Action<Sequence> retire)
    {
        foreach (var sequence in active.Where(sequence => sequence.End is not null))
        {
            retire(sequence);
        }

        active.RemoveAll(sequence => sequence.End is not null);
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

    // As many pages as can be in use at once: those of the largest completions side by side, each with a prompt of its own,
    // and the prompt of a request whose completions have not all begun.
    KeyValueCache CacheFor(IReadOnlyList<GenerationRequest> requests)
    {
        int completions = requests
            .SelectMany(request => Enumerable.Repeat(AttentionPlan.PagesFor(request.MaxTokens) + 1, request.Count))
            .OrderDescending().Take(_batch).Sum();
        int prompts = requests.Select(request => AttentionPlan.PagesFor(request.Prompt.Length)).OrderDescending().Take(_batch + 1).Sum();
        int pages = completions + prompts;
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
}
