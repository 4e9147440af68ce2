using System.Runtime.InteropServices;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Models.Sampling.Constraints;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models.Serving;

/// <summary>One completion: its tokens, the prompt's before them, and the pages that hold the keys and values of those that were computed.</summary>
sealed class ServedSequence : IDrawn
{
    const int PageSize = AttentionPlan.PageSize;

    readonly ServedRequest _request;
    readonly int _index;
    readonly Philox _random;
    readonly ITokenConstraint? _constraint;
    readonly Dictionary<int, int> _times = [];
    readonly List<int> _tokens;
    readonly List<int> _pages = [];
    readonly List<PrefixPages.Page> _shared = [];
    (int Id, float LogProbability)[] _top = [];
    float _logProbability;
    PrefixPages.Page? _root;
    int? _cached;

    public ServedSequence(ServedRequest request, int index)
    {
        (_request, _index) = (request, index);
        _random = new Philox(request.Key.Seed, request.Key.Purpose);
        _constraint = request.Constraint?.Invoke();
        _tokens = [.. request.Prompt];
    }

    public ServedRequest Request => _request;

    public SamplingSettings Sampling => _request.Sampling;

    public ReadOnlySpan<int> TokenSpan => CollectionsMarshal.AsSpan(_tokens)[_request.Prompt.Length..];

    /// <summary>Tokens, the prompt's included: the length of the sequence.</summary>
    public int Length => _tokens.Count;

    /// <summary>First tokens whose keys and values are in the pages.</summary>
    public int Computed { get; private set; }

    public int Missing => _tokens.Count - Computed;

    public IReadOnlyList<int> Pages => _pages;

    public CompletionEnd? End { get; private set; }

    public Exception? Failure { get; private set; }

    int Written => _tokens.Count - _request.Prompt.Length;

    public int TokenAt(int position) => _tokens[position];

    /// <summary>Pages that lack for so many more rows.</summary>
    public int PagesFor(int rows) => AttentionPlan.PagesFor(Computed + rows) - _pages.Count;

    public void AddPage(int page) => _pages.Add(page);

    /// <summary>Takes the pages that are there already behind those it has, all but the last token's: a token is drawn from a computed row.</summary>
    /// <param name="root">Where sequences of its adapter and rotation begin. Another than last time: nothing that was computed counts.</param>
    public void Follow(PrefixPages prefixes, PrefixPages.Page root)
    {
        if (_root != root)
        {
            Release(prefixes);
            _root = root;
        }

        while (Computed == _shared.Count * PageSize && Computed + PageSize < _tokens.Count
            && prefixes.Hold(LastShared, PageTokens(_shared.Count)) is { } page)
        {
            _shared.Add(page);
            _pages.Add(page.Number);
            Computed += PageSize;
        }
    }

    /// <summary>The page that its next rows fill from the first position on, if they do: who else needs it can wait for it.</summary>
    public (PrefixPages.Page, PrefixPages.Tokens)? NextFullPage =>
        Computed % PageSize == 0 && Missing > PageSize ? (LastShared, new(PageTokens(Computed / PageSize))) : null;

    /// <summary>So many rows were computed; the pages that they filled are known to others from now on.</summary>
    public void Advance(int rows, PrefixPages prefixes)
    {
        _cached ??= Computed;
        Computed += rows;
        for (int page = _shared.Count; (page + 1) * PageSize <= Computed; page++)
        {
            var known = prefixes.Enter(LastShared, PageTokens(page), _pages[page]);
            _shared.Add(known);
            _pages[page] = known.Number;
        }
    }

    /// <summary>Gives all pages back: what was computed is found again or computed again.</summary>
    public void Release(PrefixPages prefixes)
    {
        prefixes.Return(CollectionsMarshal.AsSpan(_pages)[_shared.Count..]);
        foreach (var page in _shared)
        {
            prefixes.Release(page);
        }

        _pages.Clear();
        _shared.Clear();
        Computed = 0;
    }

    public bool ChangesLogits =>
        _constraint is not null || _request.LogitBias.Count > 0 || (Penalizes && _times.Count > 0);

    public float Uniform() => _random.Uniform(_request.Key.Epoch, _request.Key.Prompt, (uint)_index, (uint)Written);

    public void Look(ReadOnlySpan<float> logits, float inverseTemperature, float logSumExp) =>
        _top = [.. Likeliest.Of(logits, _request.Top)
            .Select(one => (one.Id, LogSoftmax.LogProbability(one.Logit, inverseTemperature, logSumExp)))];

    public void Change(Span<float> logits)
    {
        foreach (var (id, times) in _times)
        {
            logits[id] -= _request.PresencePenalty + (times * _request.FrequencyPenalty);
        }

        foreach (var (id, bias) in _request.LogitBias)
        {
            logits[id] += bias;
        }

        _constraint?.Mask(logits);
    }

    public void Append(int token, float logProbability, float entropy)
    {
        _tokens.Add(token);
        _logProbability = logProbability;
        if (Penalizes)
        {
            _times[token] = _times.GetValueOrDefault(token) + 1;
        }
    }

    public bool Fail(ArithmeticException problem)
    {
        Failure = problem;
        return true;
    }

    public void Settle()
    {
        if (Failure is not null || _request.Stop.IsCancellationRequested)
        {
            return;
        }

        int token = _tokens[^1];
        bool stops = _request.OnToken(_index, new(token, _logProbability, _top)), ends = _request.EndTokens.Contains(token);
        if (!ends)
        {
            _constraint?.Advance(token);
        }

        End = ends ? CompletionEnd.EndToken
            : stops ? CompletionEnd.Stop
            : Written >= _request.MaxTokens || _constraint is { IsStuck: true } ? CompletionEnd.MaxTokens
            : null;
        if (End is { } why)
        {
            _request.OnEnd(_index, new(why, Written, _cached ?? 0));
        }
    }

    bool Penalizes => _request.PresencePenalty != 0 || _request.FrequencyPenalty != 0;

    PrefixPages.Page LastShared => _shared.Count > 0 ? _shared[^1] : _root!;

    ReadOnlySpan<int> PageTokens(int page) => CollectionsMarshal.AsSpan(_tokens).Slice(page * PageSize, PageSize);
}
