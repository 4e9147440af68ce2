using Hone.Grading;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Tensors;
using Hone.Training;
using Hone.Training.Data.Findings;
using Hone.Training.Planning;

namespace Hone.Jobs.Checks;

/// <summary>Tries every part of a job before a run: the grader on references, on the model's own answers and on adversarial ones.</summary>
/// <remarks>Data, model and memory have been checked when a <see cref="PlannedJob"/> is there.</remarks>
public static partial class JobCheck
{
    // Enough for an interval of some points, and no more than a person waits for.
    const int MostPrompts = 64, FewPrompts = 16, ManySamples = 8, FewSamples = 4, MostProbed = 32;

    // Where every answer is a question to a judge.
    const int MostCostly = 8;

    // Characters: room for what makes a slow grader slow.
    const int LongestAnswer = 100_000;

    const double UsualTokensPerCharacter = 0.25;

    // Sampling that takes longer is cut down to 64 answers at each temperature.
    const double Patience = 20;

    const int CoolEpoch = 1, WarmEpoch = 2;

    /// <param name="plan">The job.</param>
    /// <param name="model">Its model, with weights and without an adapter.</param>
    /// <param name="grader">Held to its contract.</param>
    /// <param name="shadow">The job's second grader, of which only what it costs is told. Null: it has none.</param>
    /// <param name="rates">Of this machine, to see how much sampling is bearable. Null: little.</param>
    /// <param name="progress">Answers that are there, and answers in all.</param>
    /// <param name="stop">Ends the check.</param>
    public static CheckReport Run(
        PlannedJob plan, LanguageModel model, IGrader grader, IGrader? shadow, MachineRates? rates, Action<int, int>? progress, CancellationToken stop)
    {
        var prompts = plan.Data.Training;
        var (count, samples) = rates is { } known && IsQuick(plan, known) ? (MostPrompts, ManySamples) : (FewPrompts, FewSamples);
        PreparedPrompt[] chosen = [.. Spread(prompts, count)];
        try
        {
            var answers = Sample(plan, model, grader, chosen, samples, progress, stop);
            return Report(plan, grader, shadow, chosen, answers, stop);
        }
        catch (GradingPausedException e)
        {
            // A judge's budget does not even do for the check: what is known of the cost says so.
            var judges = JudgeForecast.Of(plan.Shape, grader, shadow);
            return new([new(CheckSeverity.Problem, "judge budget", $"The check stopped: {e.Message}", ""), .. judges.SelectMany(judge => judge.Findings())], null, judges);
        }
    }

    /// <summary>The grader's part alone, with answers that a run has sampled anyway.</summary>
    /// <param name="most">Prompts that are looked at; each costs some twenty grades.</param>
    /// <param name="maxTokens">The most that an answer can have.</param>
    public static IReadOnlyList<CheckFinding> OfGrader(
        IGrader grader, IReadOnlyList<PreparedPrompt> prompts, IReadOnlyList<Rollout> rollouts, int most, int maxTokens, CancellationToken stop)
    {
        double characters = rollouts.Sum(rollout => (double)rollout.Text.Length), tokens = rollouts.Sum(rollout => (double)rollout.Tokens.Length);
        double perCharacter = characters > 0 && tokens > 0 ? tokens / characters : UsualTokensPerCharacter;
        var probe = new GraderProbe(grader, perCharacter, maxTokens, stop);
        var groups = rollouts.GroupBy(rollout => rollout.PromptId).ToDictionary(group => group.Key, group => group.ToArray());
        PreparedPrompt[] answered =
            [.. Spread([.. prompts.Where(prompt => groups.ContainsKey(prompt.Record.Id))], probe.IsCostly ? Math.Min(most, MostCostly) : most)];
        int longest = (int)Math.Clamp(maxTokens / perCharacter, 100, LongestAnswer);
        var probed = ProbedPrompt.Choose(answered, groups.ToDictionary(group => group.Key, group => group.Value[0].Text))
            .Select(prompt => prompt with { LongestAnswer = longest });
        var again = answered.Select(prompt => (Prompt: prompt, Group: groups[prompt.Record.Id]))
            .SelectMany(one => one.Group.Select(rollout => (one.Prompt.Item(rollout, one.Group.Length, maxTokens, "again"), rollout)));
        return GraderFindings.Find(probe, [.. probed], [.. again]);
    }

    static CheckReport Report(PlannedJob plan, IGrader grader, IGrader? shadow, PreparedPrompt[] prompts, BaseAnswers answers, CancellationToken stop)
    {
        Rollout[] rollouts = [.. answers.All];
        double best = Math.Max(1, rollouts.Select(rollout => rollout.Grade.Score).OfType<double>().DefaultIfEmpty(0).Max());
        IEnumerable<CheckFinding> findings =
        [
            .. DataFindings(plan),
            .. OfGrader(grader, prompts, rollouts, MostProbed, plan.Job.HyperParameters.InferenceMaxTokens, stop),
            .. BaseFindings.Find(answers, plan.Job.HyperParameters, best),
        ];
        CheckFinding[] found = [.. findings];
        var judges = JudgeForecast.Of(plan.Shape, grader, shadow);
        return new([.. found.Concat(judges.SelectMany(judge => judge.Findings())).OrderByDescending(finding => finding.Severity)], answers, judges);
    }

    static IEnumerable<CheckFinding> DataFindings(PlannedJob plan)
    {
        var records = plan.Data.Records;
        PromptSetToExamine[] sets =
        [
            .. new[] { ("training", records.Training), ("validation", records.Validation), ("test", records.Test) }
                .Where(set => set.Item2.Count > 0).Select(set => new PromptSetToExamine(set.Item1, set.Item2)),
        ];
        return plan.Notes.Concat(DataExamination.Of(sets, measure: null).Notes).Distinct().Select(note => new CheckFinding(CheckSeverity.Note, "data", note, ""));
    }

    static BaseAnswers Sample(
        PlannedJob plan, LanguageModel model, IGrader grader, PreparedPrompt[] prompts, int samples, Action<int, int>? progress, CancellationToken stop)
    {
        var settings = plan.Job.HyperParameters;
        using var sampler = new RolloutSampler(model, grader, settings.GenerationBatch, plan.Memory.CacheLimit);
        IReadOnlyList<Rollout> Ask(float temperature, uint epoch, string label) => sampler.Sample(
            prompts,
            new RolloutSampler.Settings(
                samples, settings.InferenceMaxTokens, new SamplingSettings { Temperature = temperature }, new RandomKey(plan.Job.Seed, RandomPurpose.Evaluation, epoch, 0)),
            new Occasion(label, 0), progress, stop).Rollouts;

        var warm = Ask(settings.Temperature, WarmEpoch, "check-warm");
        return new([.. warm.Chunk(samples)], Ask(BaseAnswers.CoolTemperature, CoolEpoch, "check-cool"));
    }

    static bool IsQuick(PlannedJob plan, MachineRates rates)
    {
        using var forecaster = new TimeForecaster(plan.Shape, plan.Memory, rates, [plan.Job.HyperParameters.InferenceMaxTokens]);
        return 2 * forecaster.Sampling(MostPrompts, MostPrompts * ManySamples) < Patience;
    }

    // Every so-manieth: files are often sorted.
    static IEnumerable<PreparedPrompt> Spread(IReadOnlyList<PreparedPrompt> prompts, int most) =>
        Enumerable.Range(0, Math.Min(most, prompts.Count)).Select(i => prompts[(int)((long)i * prompts.Count / Math.Min(most, prompts.Count))]);
}
