using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Models.Serving;

/// <summary>
/// Answers requests that come and go at any moment, over one copy of a model's weights, with different adapters side by side. A step:
/// <list type="number">
/// <item>who was cancelled leaves; who waits longest enters, while there is a slot and there are pages for its prompt;</item>
/// <item>a sequence is tokens, of which the first are computed. Pages that another one computed before it takes over, as far as they go;</item>
/// <item>each gets rows for what is missing: one row for a token that was just drawn, a piece for a long prompt, so that the others go on. Who
/// needs a page that another one computes in this step waits for it;</item>
/// <item>where pages run short, unused ones that were kept for their prefix go first, then the youngest sequence goes back to wait; what it had
/// is computed again later, with the same bits;</item>
/// <item>all rows travel through the decoder together, sorted by adapter: the base weights' products run over all of them, an adapter's over
/// its own;</item>
/// <item>whose rows are all computed draws its next token; whose last token was the end leaves.</item>
/// </list>
/// </summary>
/// <remarks>
/// A completion's bits do not depend on what else is in the batch, on pages that were found, nor on pieces: a row's numbers are a function of
/// its sequence alone. They are those of <see cref="Generator"/> with <see cref="Generator.FollowsLength"/>. For one thread.
/// </remarks>
public sealed class ContinuousGenerator : IDisposable
{
    // Rows of prompts in one step: bounds its memory, and how long running completions wait for it.
    const int PieceRows = 512;

    readonly Decoder _decoder;
    readonly Device _device;
    readonly int _batch;
    readonly Arena _arena;
    readonly TokenDraw _draw;
    readonly RotaryViews _views;
    readonly AttentionPlan _plan = new();
    readonly KeyValueCache _cache;
    readonly LinkedList<ServedSequence> _waiting = new();
    readonly List<ServedSequence> _active = [];
    readonly HashSet<(PrefixPages.Page, PrefixPages.Tokens)> _computing = [];
    PrefixPages _prefixes;

    /// <param name="decoder">Not used itself: a second decoder over its weights computes, beside what this one does.</param>
    /// <param name="device">Makes a device for that.</param>
    /// <param name="batch">Completions that are written side by side.</param>
    /// <param name="cacheBytes">The most that keys and values may take, those included that are kept for prompts that begin alike.</param>
    public ContinuousGenerator(Decoder decoder, Func<Device> device, int batch, long cacheBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        (_decoder, _device, _batch) = (decoder, device(), batch);
        _arena = _device.NewArena();
        _draw = new TokenDraw(_device);
        _views = new RotaryViews(decoder, device);
        long pages = cacheBytes / KeyValueCache.BytesPerPage(decoder.Shape, decoder.Config.Layers);
        _cache = new KeyValueCache(decoder.Shape, decoder.Config.Layers, (int)Math.Clamp(pages, 1, int.MaxValue));
        _prefixes = new PrefixPages(_cache);
    }

    /// <summary>Completions that wait or are being written.</summary>
    public int Unfinished => _waiting.Count + _active.Count;

    /// <summary>Pages that sequences hold.</summary>
    internal int PagesInUse => _cache.Pages - _prefixes.Available;

    /// <summary>Why a request can never be answered here, or null.</summary>
    public string? Refusal(int prompt, int maxTokens)
    {
        int needed = AttentionPlan.PagesFor(prompt + maxTokens - 1);
        double megabytes = KeyValueCache.BytesPerPage(_decoder.Shape, _decoder.Config.Layers) / 1e6;
        return needed <= _cache.Pages ? null
            : $"keys and values of {prompt} tokens of prompt and {maxTokens} of completion may take {needed * megabytes:F1} MB, but all "
                + $"have {_cache.Pages * megabytes:F1} MB; lower the number of tokens, or give the engine a larger cache.";
    }

    /// <summary>Puts a request behind those that wait.</summary>
    public void Add(ServedRequest request)
    {
        for (int index = 0; index < request.Count; index++)
        {
            _waiting.AddLast(new ServedSequence(request, index));
        }
    }

    /// <summary>One step, after which every sequence whose prompt is computed has one more token. False: there was nothing to do.</summary>
    public bool Step()
    {
        DropCancelled();
        Admit();
        var parts = Plan();
        if (parts.Count == 0)
        {
            return false;
        }

        _arena.Reset();
        ServedSequence[] drawing = [.. parts.Where(part => part.Rows == part.Sequence.Missing).Select(part => part.Sequence)];
        var hidden = Forward(parts, drawing);
        foreach (var (sequence, rows) in parts)
        {
            sequence.Advance(rows, _prefixes);
        }

        if (drawing.Length > 0)
        {
            _draw.Draw(drawing, _views.At(drawing[0].Length).Logits(_arena, hidden), _arena);
            Retire();
        }

        return true;
    }

    /// <summary>Gives up every request, with a reason, and forgets all pages.</summary>
    public void FailAll(Exception reason)
    {
        foreach (var request in _waiting.Concat(_active).Select(sequence => sequence.Request).Distinct())
        {
            request.OnFailure(reason);
        }

        _waiting.Clear();
        _active.Clear();
        _cache.ReturnAll();
        _prefixes = new PrefixPages(_cache);
    }

    /// <summary>Drops what was computed with an adapter that no request uses.</summary>
    public void Forget(LoraAdapter adapter) => _prefixes.Forget(adapter);

    public void Dispose()
    {
        _cache.Dispose();
        _arena.Dispose();
    }

    readonly record struct Part(ServedSequence Sequence, int Rows);

    /// <summary>Lets go of what was cancelled at once, rather than with the next step.</summary>
    public void DropCancelled()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Request.Stop.IsCancellationRequested)
            {
                _waiting.Remove(node);
            }

            node = next;
        }

        Leave(sequence => sequence.Request.Stop.IsCancellationRequested);
    }

    // A sequence alone always fits: what does not was refused.
    void Admit()
    {
        while (_active.Count < _batch && _waiting.First?.Value is { } next)
        {
            Follow(next);
            if (_active.Count > 0 && next.PagesFor(next.Missing) + _active.Count > _prefixes.Available)
            {
                next.Release(_prefixes);
                return;
            }

            _waiting.RemoveFirst();
            _active.Add(next);
        }
    }

    // The oldest first. Those behind may lose their place in the batch meanwhile.
    List<Part> Plan()
    {
        List<Part> parts = [];
        _computing.Clear();
        int room = PieceRows;
        for (int i = 0; i < _active.Count; i++)
        {
            var sequence = _active[i];
            Follow(sequence);
            int rows = Rows(sequence, room);
            if (rows > 0 && MakeRoom(sequence, rows))
            {
                room -= sequence.Missing > 1 ? rows : 0;
                parts.Add(new(sequence, rows));
            }
        }

        return parts;
    }

    // A piece ends where a page does, so that others can take it over.
    int Rows(ServedSequence sequence, int room)
    {
        if (sequence.Missing == 1)
        {
            return 1;
        }

        if (sequence.NextFullPage is { } page && !_computing.Add(page))
        {
            return 0;
        }

        return sequence.Missing <= room ? sequence.Missing : room / AttentionPlan.PageSize * AttentionPlan.PageSize;
    }

    bool MakeRoom(ServedSequence sequence, int rows)
    {
        for (int lacking = sequence.PagesFor(rows); lacking > 0;)
        {
            int page = _prefixes.Take();
            if (page >= 0)
            {
                sequence.AddPage(page);
                lacking--;
                continue;
            }

            var youngest = _active[^1];
            _active.RemoveAt(_active.Count - 1);
            youngest.Release(_prefixes);
            _waiting.AddFirst(youngest);
            if (youngest == sequence)
            {
                return false;
            }
        }

        return true;
    }

    void Follow(ServedSequence sequence) =>
        sequence.Follow(_prefixes, _prefixes.Root(sequence.Request.Adapter, sequence.Request.Scope, _views.RotationOf(sequence.Length)));

    /// <returns>Final hidden states of the last rows of <paramref name="drawing"/>.</returns>
    Tensor Forward(List<Part> parts, ServedSequence[] drawing)
    {
        var last = _arena.New(Math.Max(1, drawing.Length), _decoder.Config.HiddenSize);
        foreach (var alike in parts.GroupBy(part => _views.RotationOf(part.Sequence.Length)))
        {
            Part[] sorted = [.. alike.OrderBy(part => part.Sequence.Request.Adapter is { } adapter ? adapter.GetHashCode() : 0)];
            var hidden = Hidden(_views.At(sorted[0].Sequence.Length), sorted);
            int row = 0;
            foreach (var (sequence, rows) in sorted)
            {
                row += rows;
                if (Array.IndexOf(drawing, sequence) is >= 0 and var place)
                {
                    hidden.RowSpan(row - 1).CopyTo(last.RowSpan(place));
                }
            }
        }

        return last;
    }

    Tensor Hidden(Decoder decoder, Part[] parts)
    {
        int count = parts.Sum(part => part.Rows), row = 0;
        var (tokens, positions) = (new int[count], new int[count]);
        List<(LoraAdapter Adapter, int Start, int Count)> adapters = [];
        _plan.Clear();
        foreach (var (sequence, rows) in parts)
        {
            _plan.AddCached(row, rows, sequence.Computed, sequence.Pages);
            if (sequence.Request.Adapter is { } adapter)
            {
                bool goesOn = adapters.Count > 0 && adapters[^1].Adapter == adapter && adapters[^1].Start + adapters[^1].Count == row;
                int start = goesOn ? adapters[^1].Start : row;
                adapters.RemoveRange(adapters.Count - (goesOn ? 1 : 0), goesOn ? 1 : 0);
                adapters.Add((adapter, start, row + rows - start));
            }

            for (int i = 0; i < rows; i++, row++)
            {
                (tokens[row], positions[row]) = (sequence.TokenAt(sequence.Computed + i), sequence.Computed + i);
            }
        }

        decoder.AttachToRows(adapters);
        var tape = new Tape(decoder.Device, _arena, records: false);
        return decoder.Hidden(tape, new RowBatch { Tokens = tokens, Positions = positions, Plan = _plan }, _cache);
    }

    void Retire()
    {
        foreach (var failed in _active.Where(sequence => sequence.Failure is not null).GroupBy(sequence => sequence.Request))
        {
            failed.Key.OnFailure(failed.First().Failure!);
        }

        Leave(sequence => sequence.End is not null || sequence.Failure is not null);
    }

    void Leave(Predicate<ServedSequence> leaves)
    {
        foreach (var sequence in _active.FindAll(leaves))
        {
            sequence.Release(_prefixes);
        }

        _active.RemoveAll(leaves);
    }
}
