namespace Hone.Training.Selection;

/// <summary>
/// How each training prompt fared when it was drawn. A prompt whose last s groups had equal rewards is awake in the next pass with
/// probability max(1/4, 2^−s): it is drawn less, and never dropped for good.
/// </summary>
/// <remarks>A group with fewer than two scores says nothing and changes nothing.</remarks>
public sealed class SolveHistory(int prompts)
{
    const double LeastShare = 0.25;

    readonly int[] _equal = new int[prompts];
    readonly double[] _reward = [.. Enumerable.Repeat(double.NaN, prompts)];

    /// <summary>Prompts all of whose completions got the highest, and the lowest, reward of the run when they were last drawn.</summary>
    public (int Always, int Never) Settled()
    {
        int always = 0, never = 0;
        for (int i = 0; i < _equal.Length; i++)
        {
            bool highest = _reward[i] >= Highest && (Highest > Lowest || Highest > 0);
            always += _equal[i] > 0 && highest ? 1 : 0;
            never += _equal[i] > 0 && !highest && _reward[i] <= Lowest ? 1 : 0;
        }

        return (always, never);
    }

    double Highest { get; set; } = double.NegativeInfinity;
    double Lowest { get; set; } = double.PositiveInfinity;

    /// <summary>Probability that a pass draws the prompt.</summary>
    public double ShareOf(int prompt) => Math.Max(LeastShare, Math.Pow(0.5, _equal[prompt]));

    public void Learn(int prompt, IReadOnlyList<double?> rewards)
    {
        if (GroupSignal.Differs(rewards) is not { } differs)
        {
            return;
        }

        double[] scored = [.. rewards.OfType<double>()];
        _equal[prompt] = differs ? 0 : _equal[prompt] + 1;
        _reward[prompt] = differs ? scored.Average() : scored[0];
        Highest = Math.Max(Highest, scored.Max());
        Lowest = Math.Min(Lowest, scored.Min());
    }

    public Saved Save() => new(_equal, _reward, Highest, Lowest);

    public void Load(Saved saved)
    {
        saved.Equal.CopyTo(_equal, 0);
        saved.Reward.CopyTo(_reward, 0);
        (Highest, Lowest) = (saved.Highest, saved.Lowest);
    }

    /// <summary>The history as a checkpoint keeps it, prompt after prompt.</summary>
    /// <param name="Equal">Groups in a row with equal rewards.</param>
    /// <param name="Reward">Mean reward of the last group; NaN before the first.</param>
    public sealed record Saved(int[] Equal, double[] Reward, double Highest, double Lowest);
}
