using Hone.Tensors;

namespace Hone.Models.Generation;

/// <summary>
/// The order in which completions enter, and whether there is room for the next: most tokens first, then the longest prompt, the
/// completions of a request one after another. What may take longest so begins first, and the batch stays full to the end.
/// </summary>
/// <remarks>
/// A completion enters when all pages that it could ever need are free, those of its prompt included. The cache is then never short in the
/// middle of a completion, nothing has to be thrown out and computed again, and pages that no token reaches cost no memory.
/// </remarks>
sealed class Schedule
{
    readonly IReadOnlyList<GenerationRequest> _requests;
    readonly int[] _order;
    readonly int _pages;
    int _reserved;
    int _next;
    int _index;
    PromptState? _prompt;

    /// <param name="pages">Pages of the cache.</param>
    public Schedule(IReadOnlyList<GenerationRequest> requests, int pages)
    {
        _requests = requests;
        _pages = pages;
        _order = [.. Enumerable.Range(0, requests.Count)
            .Where(i => requests[i].Count > 0)
            .OrderByDescending(i => requests[i].MaxTokens).ThenByDescending(i => requests[i].Prompt.Length)];
    }

    public bool Any => _next < _order.Length;

    /// <summary>Pages that a completion may take beside its prompt's: the last token is never read.</summary>
    public static int OwnPages(GenerationRequest request) =>
        AttentionPlan.PagesFor(request.Prompt.Length + request.MaxTokens - 1) - (request.Prompt.Length / AttentionPlan.PageSize);

    public static int PromptPages(GenerationRequest request) => AttentionPlan.PagesFor(request.Prompt.Length);

    /// <summary>Adds completions to <paramref name="active"/> until it holds <paramref name="most"/> or the pages do not suffice.</summary>
    public void Admit(List<Sequence> active, int most)
    {
        while (Any && active.Count < most)
        {
            var request = _requests[_order[_next]];
            int needed = OwnPages(request) + (_prompt is null ? PromptPages(request) : 0);
            if (_reserved + needed > _pages)
            {
                return;
            }

            _reserved += needed;
            _prompt ??= new PromptState(request, _order[_next]);
            active.Add(new Sequence(_prompt, _index++, new Philox(request.Key.Seed, request.Key.Purpose)));
            if (_index == request.Count)
            {
                (_next, _index, _prompt) = (_next + 1, 0, null);
            }
        }
    }

    /// <summary>A completion has ended, the last of its prompt or not.</summary>
    public void Leave(GenerationRequest request, bool last) =>
        _reserved -= OwnPages(request) + (last ? PromptPages(request) : 0);
}
