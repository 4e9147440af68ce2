using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Tensors;

namespace Hone.Training.Selection;

/// <summary>
/// Draws a step: its batch of prompts with their rollouts, and as many prompts more as <see cref="DynamicSamplingSettings"/> asks for. A new
/// group with different rewards takes the place of the first one with equal rewards.
/// </summary>
/// <remarks>All choices are functions of rewards in the order of the groups, never of when they arrived.</remarks>
public sealed class StepDraw(TrainingRun run, RolloutSampler sampler)
{
    readonly TrainingSettings _settings = run.Settings;
    readonly TrainingSettings _byScore = run.Settings with { Advantages = run.Settings.Advantages with { Rewards = [] } };
    readonly PromptDraws _draws = new(
        run.Training.Count, run.Settings.BatchSize, run.Seed,
        ComparesGroups(run.Settings) ? run.Settings.PromptSelection : PromptSelection.Uniform);

    Group[] _drawn = [];

    /// <summary>What a step drew.</summary>
    /// <param name="Pass">Pass over the prompts.</param>
    /// <param name="Prompts">Those that it trains on.</param>
    /// <param name="Rollouts">Theirs, G after G, with rewards.</param>
    /// <param name="Replaced">Those of groups that it does not train on.</param>
    public sealed record Result(
        int Pass, IReadOnlyList<PreparedPrompt> Prompts, IReadOnlyList<Rollout> Rollouts, IReadOnlyList<Rollout> Replaced, int Refills,
        double InformativeShare, double SamplingSeconds, double GradingSeconds)
    {
        /// <summary>Every completion that was graded.</summary>
        public IEnumerable<Rollout> All => Rollouts.Concat(Replaced);
    }

    /// <summary>Prompts that the pass lets rest.</summary>
    public int Resting => _draws.Resting;

    /// <summary><see cref="SolveHistory.Settled"/></summary>
    public (int Always, int Never) Settled() => _draws.Settled();

    /// <param name="step">Index of the step.</param>
    /// <param name="policy"><see cref="Occasion.Policy"/></param>
    public Result Take(int step, string policy, IRunObserver? observer, CancellationToken stop)
    {
        var occasion = new Occasion("step", step, policy);
        var time = (Sampling: 0.0, Grading: 0.0);
        Group[] Groups(int[] prompts) => Sample(prompts, occasion, ref time, observer, stop);

        var kept = Groups(_draws.Batch());
        List<Group> replaced = [];
        int refills = 0, most = ComparesGroups(_settings) ? _settings.DynamicSampling.RefillsFor(kept.Length) : 0;
        while (_draws.More(Math.Min(Missing(kept), most - refills)) is { Length: > 0 } more)
        {
            refills += more.Length;
            replaced.AddRange(Groups(more).Select(group => Exchange(kept, group)));
        }

        _drawn = [.. kept, .. replaced];
        return new(
            _draws.Pass, [.. kept.Select(group => run.Training[group.Prompt])], Rollouts(kept), Rollouts(replaced), refills,
            (double)_drawn.Count(group => group.Differs == true) / _drawn.Length, time.Sampling, time.Grading);
    }

    /// <summary>The step that was taken last is done.</summary>
    public void Commit() => _draws.Commit(_drawn.Select(group => (group.Prompt, group.Rewards)));

    /// <summary>Writes the state after the last committed step.</summary>
    public void Save(string folder) => _draws.Save(folder);

    /// <exception cref="CheckpointException">The checkpoint belongs to other data.</exception>
    public void Load(string folder) => _draws.Load(folder);

    Group[] Sample(int[] prompts, Occasion occasion, ref (double Sampling, double Grading) time, IRunObserver? observer, CancellationToken stop)
    {
        var settings = new RolloutSampler.Settings(
            _settings.TrainingSamplePerPrompt,
            _settings.InferenceMaxTokens,
            new SamplingSettings { Temperature = _settings.Temperature },
            new RandomKey(run.Seed, RandomPurpose.Completions, (uint)_draws.Pass, 0));
        var (rollouts, sampling, grading) = sampler.Sample(
            [.. prompts.Select(prompt => run.Training[prompt])], settings, occasion, observer is null ? null : observer.Progress, stop);
        time = (time.Sampling + sampling, time.Grading + grading);
        return
        [
            .. rollouts
                .Select(rollout => rollout with { Reward = run.RewardOf(occasion.Step, rollout) })
                .Chunk(_settings.TrainingSamplePerPrompt)
                .Select((group, i) => new Group(prompts[i], group, TrainingRewards(group))),
        ];
    }

    // Without a baseline in the group, completions with equal rewards teach as well as others.
    static bool ComparesGroups(TrainingSettings settings) => settings.Advantages.Baseline != AdvantageBaseline.None;

    // What a group is compared by: lengths count where they cost.
    double?[] TrainingRewards(Rollout[] group) => _settings.Advantages.Overlong is null
        ? [.. group.Select(rollout => rollout.Reward)]
        : [.. RolloutAdvantages.Of(_byScore, group, run.Control).Select(rollout => rollout.Reward)];

    // Groups that the step still lacks, of which there are any to take the place of.
    int Missing(Group[] groups) => Math.Clamp(
        _settings.DynamicSampling.WantedOf(groups.Length) - groups.Count(group => group.Differs == true),
        0,
        groups.Count(group => group.Differs == false));

    // Returns the group that is left out.
    static Group Exchange(Group[] groups, Group fresh)
    {
        int place = fresh.Differs == true ? Array.FindIndex(groups, group => group.Differs == false) : -1;
        if (place < 0)
        {
            return fresh;
        }

        var old = groups[place];
        groups[place] = fresh;
        return old;
    }

    static Rollout[] Rollouts(IEnumerable<Group> groups) => [.. groups.SelectMany(group => group.Rollouts)];

    sealed record Group(int Prompt, Rollout[] Rollouts, double?[] Rewards)
    {
        public bool? Differs { get; } = GroupSignal.Differs(Rewards);
    }
}
