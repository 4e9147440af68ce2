using Hone.Grading;
using Hone.Models.Sampling;
using Hone.Training;
using Hone.Training.Judging;

namespace Hone.Jobs;

/// <summary>The prompts that a run held out, to ask another form of its model again: the test set, or without one the validation set.</summary>
public sealed class HeldOutPrompts
{
    readonly JobSettings _job;
    readonly IReadOnlyList<PreparedPrompt> _prompts;

    HeldOutPrompts(JobSettings job, string set, IReadOnlyList<PreparedPrompt> prompts) => (_job, Set, _prompts) = (job, set, prompts);

    /// <summary>"test" or "validation".</summary>
    public string Set { get; }

    public int Count => _prompts.Count;

    /// <param name="most">The first so many.</param>
    /// <exception cref="JobException">The job's data cannot be used.</exception>
    public static HeldOutPrompts Of(JobSettings job, LanguageModel model, int most)
    {
        var data = JobData.Load(job, model);
        var (set, prompts) = data.Test.Count > 0 ? ("test", data.Test) : ("validation", data.Validation);
        return new(job, set, [.. prompts.Take(most)]);
    }

    /// <summary>One completion of each prompt, drawn and graded as the job says. Every model gets the same random numbers.</summary>
    public Evaluation Ask(LanguageModel model, CancellationToken stop)
    {
        var grader = _job.Grader.BuildGuarded(GraderContext.Here);
        using var sampler = new RolloutSampler(model, grader, _job.HyperParameters.GenerationBatch);
        var sampling = new SamplingSettings { Temperature = _job.Evaluation.Temperature };
        try
        {
            return new Evaluator(sampler, _job.Seed, 1, _job.HyperParameters.InferenceMaxTokens, sampling).Run("export", 0, _prompts, null, stop);
        }
        finally
        {
            grader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>The token sequences of an evaluation: prompt and completion.</summary>
    public IReadOnlyList<int[]> Sequences(Evaluation evaluation) =>
        [.. _prompts.Zip(evaluation.Rollouts, (prompt, rollout) => prompt.Tokens.Concat(rollout.Tokens).ToArray())];
}
