using System.Diagnostics;
using Hone.Grading;
using Hone.Models.Generation;
using Hone.Models.Sampling;

namespace Hone.Training;

/// <summary>Samples completions of prompts and grades them while the rest is still being written.</summary>
/// <param name="cacheBytes">The most that keys and values may take; null: what the batch needs.</param>
/// <param name="followsLength"><see cref="Generator.FollowsLength"/>: for evaluations outside a run.</param>
public sealed class RolloutSampler(
    LanguageModel model, IGrader grader, int generationBatch, long? cacheBytes = null, bool followsLength = false) : IDisposable
{
    readonly Generator _generator = new(model.Decoder, generationBatch, cacheBytes) { FollowsLength = followsLength };

    /// <summary>How completions are drawn. The key's prompt is replaced by each prompt's own number.</summary>
    public sealed record Settings(int Count, int MaxTokens, SamplingSettings Sampling, RandomKey Key)
    {
        /// <summary>Tokens that no completion may begin with.</summary>
        public IReadOnlyList<int> BannedFirstTokens { get; init; } = [];
    }

    /// <summary>Rollouts of all prompts, group after group, and the seconds that sampling and waiting for grades took.</summary>
    /// <param name="label">Goes into the graded items' ids, so that the same prompt has other ids at other steps.</param>
    public (IReadOnlyList<Rollout> Rollouts, double SamplingSeconds, double GradingSeconds) Sample(
        IReadOnlyList<PreparedPrompt> prompts, Settings settings, string label, Action<int, int>? progress, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var queue = new GradingQueue(grader, abandon.Token);
        var drafts = prompts.Select(_ => new Draft[settings.Count]).ToArray();
        int finished = 0;
        try
        {
            _generator.Generate([.. prompts.Select(prompt => Request(prompt, settings))], (p, g, completion) =>
            {
                drafts[p][g] = new Draft(model, prompts[p], g, completion, settings.MaxTokens, $"{label}/{prompts[p].Record.Id}/{g}");
                queue.Add(drafts[p][g].Item);
                progress?.Invoke(++finished, prompts.Count * settings.Count);
            }, stop);
        }
        catch
        {
            abandon.Cancel();
            throw;
        }

        double sampled = watch.Elapsed.TotalSeconds;
        var grades = queue.Finish();
        var rollouts = drafts.SelectMany(group => group).Select(draft => draft.Rollout(grades)).ToArray();
        return (rollouts, sampled, watch.Elapsed.TotalSeconds - sampled);
    }

    public void Dispose() => _generator.Dispose();

    GenerationRequest Request(PreparedPrompt prompt, Settings settings) => new()
    {
        Prompt = prompt.Tokens,
        Count = settings.Count,
        MaxTokens = settings.MaxTokens,
        Sampling = settings.Sampling,
        Key = settings.Key with { Prompt = prompt.Number },
        EndTokens = model.EndTokens,
        BannedFirstTokens = settings.BannedFirstTokens,
    };

    // A completion that waits for its grade.
    sealed class Draft
    {
        readonly PreparedPrompt _prompt;
        readonly int _index;
        readonly Completion _completion;

        public Draft(LanguageModel model, PreparedPrompt prompt, int index, Completion completion, int maxTokens, string id)
        {
            (_prompt, _index, _completion) = (prompt, index, completion);
            Item = prompt.Item(id, model.Decode(completion.Tokens), completion.End == CompletionEnd.MaxTokens) with
            {
                CompletionTokens = completion.Tokens.Length,
                MaxTokens = maxTokens,
            };
        }

        public GradingItem Item { get; }

        public Rollout Rollout(IReadOnlyDictionary<string, Grade> grades)
        {
            var grade = grades.GetValueOrDefault(Item.Id) ?? Item.Failed("grader", "it returned no grade for this completion.");
            return new()
            {
                PromptId = _prompt.Record.Id,
                Index = _index,
                Tokens = _completion.Tokens,
                LogProbabilities = _completion.LogProbabilities,
                Entropy = _completion.Entropies.Average(),
                Text = Item.Completion,
                Stop = _completion.End switch
                {
                    CompletionEnd.EndToken => StopReason.EndOfSequence,
                    CompletionEnd.MaxTokens => StopReason.MaxTokens,
                    _ => StopReason.StopText,
                },
                Grade = grade,
                Reward = grade.Score,
            };
        }
    }
}
