using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Hone.Grading;
using Hone.Models.Generation;
using Hone.Models.Sampling;

namespace Hone.Training;

/// <summary>Samples completions of prompts and grades them while the rest is still being written.</summary>
/// <param name="cacheBytes">The most that keys and values may take; null: what the batch needs.</param>
/// <param name="followsLength"><see cref="Generator.FollowsLength"/>: for evaluations outside a run.</param>
/// <param name="book">Keeps what is graded, and gives back what an earlier attempt kept; null: nothing is kept.</param>
public sealed class RolloutSampler(
    LanguageModel model, IGrader grader, int generationBatch, long? cacheBytes = null, bool followsLength = false, IRolloutBook? book = null)
    : IDisposable
{
    readonly Generator _generator = new(model.Decoder, generationBatch, cacheBytes) { FollowsLength = followsLength };

    /// <summary>How completions are drawn. The key's prompt is replaced by each prompt's own number.</summary>
    public sealed record Settings(int Count, int MaxTokens, SamplingSettings Sampling, RandomKey Key)
    {
        /// <summary>Tokens that no completion may begin with.</summary>
        public IReadOnlyList<int> BannedFirstTokens { get; init; } = [];
    }

    /// <summary>Whether <see cref="Occasion.Policy"/> is read.</summary>
    public bool Keeps => book is not null;

    /// <summary>Rollouts of all prompts, group after group, and the seconds that sampling and waiting for grades took.</summary>
    /// <param name="occasion">What they are for. A prompt is asked once on an occasion.</param>
    public (IReadOnlyList<Rollout> Rollouts, double SamplingSeconds, double GradingSeconds) Sample(
        IReadOnlyList<PreparedPrompt> prompts, Settings settings, Occasion occasion, Action<int, int>? progress, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var round = new SamplingRound(model, grader, prompts, settings, Exact(occasion, settings), book, progress, abandon.Token);
        try
        {
            int[] missing = round.TakeKept();
            _generator.Generate(
                [.. missing.Select(p => Request(prompts[p], settings))],
                (i, g, completion) => round.Add(missing[i], g, completion),
                stop);
        }
        catch
        {
            abandon.Cancel();
            throw;
        }

        double sampled = watch.Elapsed.TotalSeconds;
        var rollouts = round.Finish();
        return (rollouts, sampled, watch.Elapsed.TotalSeconds - sampled);
    }

    public void Dispose() => _generator.Dispose();

    // Everything that completions are a function of beside prompt and index.
    Occasion Exact(Occasion occasion, Settings settings) => book is null ? occasion : occasion with
    {
        Policy = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{occasion.Policy} {settings} {string.Join(',', settings.BannedFirstTokens)} {model.Folder}"))[..8]),
    };

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
}
