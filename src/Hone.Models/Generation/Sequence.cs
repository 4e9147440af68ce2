using System.Runtime.InteropServices;
using Hone.Tensors;

namespace Hone.Models.Generation;

/// <summary>A prompt while completions of it are being written.</summary>
sealed class PromptState(GenerationRequest request, int index)
{
    readonly List<int> _pages = [];
    int _unfinished = request.Count;

    public GenerationRequest Request => request;
    public int Index => index;
    public int[] Tokens => request.Prompt;
    public IReadOnlyList<int> Pages => _pages;

    /// <summary>Final hidden state of the last token, once the prompt was computed.</summary>
    public float[]? LastHidden { get; set; }

    public void TakePages(KeyValueCache cache)
    {
        for (int i = 0; i < AttentionPlan.PagesFor(Tokens.Length); i++)
        {
            _pages.Add(cache.Take());
        }
    }

    /// <summary>A completion has ended; the last one gives the prompt's pages back.</summary>
    public void Leave(KeyValueCache cache)
    {
        if (--_unfinished == 0)
        {
            cache.Return(_pages);
        }
    }
}

/// <summary>One completion while it is being written.</summary>
sealed class Sequence(PromptState prompt, int index, Philox random)
{
    readonly List<int> _tokens = [];
    readonly List<float> _logProbabilities = [];
    readonly List<float> _entropies = [];
    readonly List<int> _pages = [];
    int _sharedPages;

    public PromptState Prompt => prompt;
    public int Index => index;
    public IReadOnlyList<int> Tokens => _tokens;
    public ReadOnlySpan<int> TokenSpan => CollectionsMarshal.AsSpan(_tokens);
    public IReadOnlyList<int> Pages => _pages;
    public IEnumerable<int> OwnPages => _pages.Skip(_sharedPages);
    public CompletionEnd? End { get; private set; }

    /// <summary>Shares the prompt's full pages and copies its partial last one.</summary>
    public void Begin(KeyValueCache cache)
    {
        int length = prompt.Tokens.Length;
        _sharedPages = length / AttentionPlan.PageSize;
        _pages.AddRange(prompt.Pages.Take(_sharedPages));
        if (length % AttentionPlan.PageSize != 0)
        {
            _pages.Add(cache.Copy(prompt.Pages[_sharedPages]));
        }
    }

    /// <summary>The token to be read next and its position; takes a page when the last one is full.</summary>
    public (int Token, int Position) Advance(KeyValueCache cache)
    {
        int position = prompt.Tokens.Length + _tokens.Count - 1;
        if (position / AttentionPlan.PageSize == _pages.Count)
        {
            _pages.Add(cache.Take());
        }

        return (_tokens[^1], position);
    }

    /// <summary>The random number of the next token, in [0, 1).</summary>
    public float Uniform() =>
        random.Uniform(prompt.Request.Key.Epoch, prompt.Request.Key.Prompt, (uint)index, (uint)_tokens.Count);

    /// <summary>Takes what may not begin a completion out of the running.</summary>
    public void Ban(Span<float> logits)
    {
        for (int i = 0; _tokens.Count == 0 && i < prompt.Request.BannedFirstTokens.Count; i++)
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

    /// <summary>Decides whether the last token was the end.</summary>
    public void Settle()
    {
        var request = prompt.Request;
        request.OnToken?.Invoke(index, _tokens[^1]);
        if (request.EndTokens.Contains(_tokens[^1]))
        {
            End = CompletionEnd.EndToken;
        }
        else if (request.Stop?.Invoke(_tokens) == true)
        {
            End = CompletionEnd.Stop;
        }
        else if (_tokens.Count >= request.MaxTokens)
        {
            End = CompletionEnd.MaxTokens;
        }
    }

    public Completion Completion() => new([.. _tokens], [.. _logProbabilities], [.. _entropies], End!.Value);
}

/// <summary>Completions that have not begun, request after request.</summary>
sealed class Waiting(IReadOnlyList<GenerationRequest> requests)
{
    int _request;
    int _index;
    PromptState? _prompt;

    public bool Any => _request < requests.Count;

    public List<Sequence> Take(int most)
    {
        List<Sequence> taken = [];
        while (taken.Count < most && Any)
        {
            var request = requests[_request];
            if (_index < request.Count)
            {
                _prompt ??= new PromptState(request, _request);
                taken.Add(new Sequence(_prompt, _index++, new Philox(request.Key.Seed, request.Key.Purpose)));
            }

            if (_index >= request.Count)
            {
                (_request, _index, _prompt) = (_request + 1, 0, null);
            }
        }

        return taken;
    }
}
