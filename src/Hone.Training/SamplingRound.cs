using Hone.Grading;
using Hone.Models.Generation;

namespace Hone.Training;

/// <summary>The prompts of one call of the sampler: what was kept of them, what is being sampled, and what waits for its grade.</summary>
sealed class SamplingRound
{
    readonly LanguageModel _model;
    readonly IReadOnlyList<PreparedPrompt> _prompts;
    readonly RolloutSampler.Settings _settings;
    readonly Occasion _occasion;
    readonly IRolloutBook? _book;
    readonly Action<int, int>? _progress;
    readonly KeptRollouts _kept;
    readonly GradingQueue _queue;
    readonly RolloutDraft[][] _drafts;
    readonly Dictionary<string, Grade> _graded = new(StringComparer.Ordinal);
    readonly Dictionary<string, RolloutDraft> _waiting = new(StringComparer.Ordinal);
    int _finished;

    public SamplingRound(
        LanguageModel model, IGrader grader, IReadOnlyList<PreparedPrompt> prompts, RolloutSampler.Settings settings, Occasion occasion, IRolloutBook? book,
        Action<int, int>? progress, CancellationToken stop)
    {
        (_model, _prompts, _settings, _occasion, _book, _progress) = (model, prompts, settings, occasion, book, progress);
        _kept = new KeptRollouts(book?.Find(occasion) ?? [], settings.Count, grader.NeedsWholeGroups);
        _drafts = [.. prompts.Select(_ => new RolloutDraft[settings.Count])];
        _queue = new GradingQueue(grader, stop, book is null ? null : Keep);
    }

    /// <summary>Takes the prompts whose completions are all there from the book. Returns the indexes of the others.</summary>
    public int[] TakeKept()
    {
        List<int> missing = [];
        for (int p = 0; p < _prompts.Count; p++)
        {
            if (_kept.Group(_prompts[p].Record.Id) is { } group)
            {
                foreach (var rollout in group)
                {
                    Add(p, RolloutDraft.Of(rollout, _prompts[p], _settings, _occasion));
                }
            }
            else
            {
                missing.Add(p);
            }
        }

        return [.. missing];
    }

    /// <summary>A completion has ended.</summary>
    public void Add(int prompt, int index, Completion completion) =>
        Add(prompt, RolloutDraft.Of(_model, _prompts[prompt], index, _settings, completion, _occasion));

    /// <summary>Waits for the last grade.</summary>
    public Rollout[] Finish()
    {
        var grades = _queue.Finish();
        return [.. _drafts.SelectMany(group => group).Select(draft => draft.With(_graded.GetValueOrDefault(draft.Item.Id) ?? grades[draft.Item.Id]))];
    }

    void Add(int prompt, RolloutDraft draft)
    {
        var item = draft.Item;
        _drafts[prompt][item.Index] = draft;
        if (_kept.GradeOf(_prompts[prompt].Record.Id, item.Index, item.Completion) is { } grade)
        {
            _graded[item.Id] = grade;
        }
        else
        {
            lock (_waiting)
            {
                _waiting[item.Id] = draft;
            }

            _queue.Add(item);
        }

        _progress?.Invoke(++_finished, _prompts.Count * _settings.Count);
    }

    void Keep(IReadOnlyList<(GradingItem Item, Grade Grade)> arrived)
    {
        Rollout[] rollouts;
        lock (_waiting)
        {
            rollouts = [.. arrived.Select(pair => _waiting[pair.Item.Id].With(pair.Grade))];
        }

        _book!.Keep(_occasion, rollouts);
    }
}
