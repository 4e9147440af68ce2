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
    public int[] EndTokens { get; } = [.. request.EndTokens];

    /// <summary>Final hidden state of the last token, once the prompt was computed.</summary>
    public float[]? LastHidden { get; set; }

    public void TakePages(KeyValueCache cache)
    {
        for (int i = 0; i < AttentionPlan.PagesFor(Tokens.Length); i++)
        {
            _pages.Add(cache.Take());
        }
    }

    /// <summary>A completion has ended; the last one gives the prompt's pages back. Returns whether it was the last.</summary>
    public bool Leave(KeyValueCache cache)
    {
        if (--_unfinished > 0)
        {
            return false;
        }

        cache.Return(CollectionsMarshal.AsSpan(_pages));
        return true;
    }
}
