using System.Runtime.InteropServices;
using Hone.Models.Sampling;
using Hone.Tensors;

namespace Hone.Models.Generation;

/// <summary>One completion while it is being written.</summary>
sealed class Sequence(PromptState prompt, int index, Philox random) : IDrawn
{
    // A completion that goes on begins with what is already written.
    readonly List<int> _tokens = [.. prompt.Tokens[^prompt.Request.Written..]];
    readonly List<float> _logProbabilities = [];
    readonly List<float> _entropies = [];
    readonly List<int> _pages = [];
    int _sharedPages;

    public PromptState Prompt => prompt;
    public int Index => index;
    public SamplingSettings Sampling => prompt.Request.Sampling;
    public ReadOnlySpan<int> TokenSpan => CollectionsMarshal.AsSpan(_tokens);
    public IReadOnlyList<int> Pages => _pages;
    public ReadOnlySpan<int> OwnPages => CollectionsMarshal.AsSpan(_pages)[_sharedPages..];
    public CompletionEnd? End { get; private set; }

    /// <summary>Shares the prompt's full pages and copies its partial last one.</summary>
    public void Begin(KeyValueCache cache)
    {
        int length = prompt.Tokens.Length;
        _sharedPages = length / AttentionPlan.PageSize;
        for (int i = 0; i < _sharedPages; i++)
        {
            _pages.Add(prompt.Pages[i]);
        }

        if (length % AttentionPlan.PageSize != 0)
        {
            _pages.Add(cache.Copy(prompt.Pages[_sharedPages]));
        }
    }

    /// <summary>The token to be read next and its position; takes a page when the last one is full.</summary>
    public (int Token, int Position) Advance(KeyValueCache cache)
    {
        int position = prompt.Tokens.Length + Drawn - 1;
        if (position / AttentionPlan.PageSize == _pages.Count)
        {
            _pages.Add(cache.Take());
        }

        return (_tokens[^1], position);
    }

    public float Uniform() =>
        random.Uniform(
            prompt.Request.Key.Epoch, prompt.Request.Key.Prompt, (uint)(prompt.Request.FirstIndex + index), (uint)_tokens.Count);

    public bool ChangesLogits => _tokens.Count == 0 && prompt.Request.BannedFirstTokens.Count > 0;

    /// <summary>Takes what may not begin a completion out of the running.</summary>
    public void Change(Span<float> logits)
    {
        for (int i = 0; ChangesLogits && i < prompt.Request.BannedFirstTokens.Count; i++)
        {
            logits[prompt.Request.BannedFirstTokens[i]] = float.NegativeInfinity;
        }
    }

    public void Append(int token, float logProbability, float entropy)
    {
        _tokens.Add(token);
        _logProbabilities.Add(logProbability);
        _entropies.Add(entropy);
    }

    public void Settle()
    {
        var request = prompt.Request;
        request.OnToken?.Invoke(request.FirstIndex + index, _tokens[^1]);
        if (prompt.EndTokens.Contains(_tokens[^1]))
        {
            End = CompletionEnd.EndToken;
        }
        else if (request.Stop?.Invoke(_tokens) == true)
        {
            End = CompletionEnd.Stop;
        }
        else if (Drawn >= request.MaxTokens)
        {
            End = CompletionEnd.MaxTokens;
        }
    }

    int Drawn => _tokens.Count - prompt.Request.Written;

    public Completion Completion() => new([.. TokenSpan[prompt.Request.Written..]], [.. _logProbabilities], [.. _entropies], End!.Value);
}
