using Hone.Training.Statistics;

namespace Hone.Jobs.Reports;

/// <summary>Whether a curve does what it should.</summary>
enum CurveState
{
    AsExpected,
    LookHere,
    TooShort,
}

/// <summary>What the numbers of a curve say, in a sentence.</summary>
sealed record CurveFinding(CurveState State, string Sentence)
{
    const int LeastSteps = 8, LeastEvaluations = 3;

    /// <summary>Training reward: noisy but rising. In a control run: flat.</summary>
    public static CurveFinding Reward(double[] rewards, bool control)
    {
        if (Short(rewards, LeastSteps) is { } tooShort)
        {
            return tooShort;
        }

        var (first, last) = Ends(rewards);
        var (from, to) = (Moments.Of(first), Moments.Of(last));
        double change = to.Mean - from.Mean, noise = Interval.NormalQuantile * Math.Sqrt(from.SquaredError + to.SquaredError);
        string words = $"from {from.Mean:G3} in the first quarter to {to.Mean:G3} in the last";
        return control
            ? Math.Abs(change) <= Math.Max(noise, 0.1)
                ? Good($"It stays where it was, {words}: a coin cannot be learnt.")
                : Look($"It moved {words}, although the reward is a coin flip.")
            : change > noise ? Good($"It rises {words}.")
            : change < -noise ? Look($"It falls {words}: lower the learning rate, or check the reward.")
            : Look($"It does not rise beyond its noise, {words}: the base model may score nothing or everything, or the learning rate is too low.");
    }

    /// <summary>Validation reward: rises with the training reward and then stays up.</summary>
    public static CurveFinding Validation(double[] validation, double[] rewards, bool control)
    {
        if (Short(validation, LeastEvaluations) is { } tooShort)
        {
            return tooShort;
        }

        double first = validation[0], last = validation[^1], best = validation.Max();
        string words = $"from {first:G3} to {last:G3}";
        if (control)
        {
            return Math.Abs(last - first) < 0.1
                ? Good($"The true score stays where it was, {words}.")
                : Look($"The true score moved {words} under a reward that says nothing: that much change is not learning.");
        }

        double fallen = (best - last) / Math.Max(best - first, 1e-9);
        bool trainingRises = rewards.Length >= LeastSteps && Ends(rewards) is var (start, end) && Moments.Of(end).Mean > Moments.Of(start).Mean;
        return last <= first ? Look(trainingRises
                ? $"It went {words} while the training reward rose: the model fits the training prompts only, or exploits the reward."
                : $"It did not rise, {words}.")
            : fallen > 0.3 ? Look($"It rose to {best:G3} and fell back to {last:G3}: the adapter in best/ is the better one.")
            : Good($"It rises {words}{(best > last ? $", with its best at {best:G3}" : "")}.");
    }

    /// <summary>Completion length: drifts slowly; neither explodes nor jumps.</summary>
    public static CurveFinding Length(double[] lengths)
    {
        if (Short(lengths, LeastSteps) is { } tooShort)
        {
            return tooShort;
        }

        var (first, last) = Ends(lengths);
        double from = Moments.Of(first).Mean, to = Moments.Of(last).Mean, highest = lengths.Max(), middle = Quantile.Of(lengths, 0.5);
        string words = $"from {from:F0} to {to:F0} tokens";
        return to > 3 * from ? Look($"It grew {words}: read some completions, length itself may pay.")
            : highest > 3 * middle ? Look($"It jumped to {highest:F0} tokens in one step, the middle being {middle:F0}: look for completions that loop.")
            : to < 0.2 * from ? Look($"It shrank {words}: read some completions, the model may have stopped working things out.")
            : Good($"It went {words}, without jumps.");
    }

    /// <summary>Entropy: declines gently to a level it keeps.</summary>
    public static CurveFinding Entropy(double[] entropies, bool control)
    {
        if (Short(entropies, LeastSteps) is { } tooShort)
        {
            return tooShort;
        }

        var (first, last) = Ends(entropies);
        double from = entropies[0], to = Moments.Of(last).Mean;
        string words = $"from {from:G3} to {to:G3} nats";
        return to < 0.02 * from ? Look($"It collapsed {words}: every prompt gets one answer; lower the learning rate.")
            : to > 1.2 * Math.Max(from, Moments.Of(first).Mean) ? Look($"It rises {words}: the model gets less sure; lower the learning rate.")
            : to > 0.98 * from ? control
                ? Good($"It stays, {words}: a coin gives no reason to be surer.")
                : Look($"It stays flat, {words}: the reward hardly moves the model.")
            : Good($"It declines {words}.");
    }

    /// <summary>Gradient norm: stays in a band, with a spike now and then.</summary>
    public static CurveFinding GradientNorm(double[] norms)
    {
        if (Short(norms, LeastSteps) is { } tooShort)
        {
            return tooShort;
        }

        if (norms.FirstOrDefault(norm => !double.IsFinite(norm), 0) is not 0)
        {
            return Look("It is not a number in some step: lower the learning rate.");
        }

        var (first, last) = Ends(norms);
        double from = Quantile.Of(first, 0.5), to = Quantile.Of(last, 0.5), middle = Quantile.Of(norms, 0.5), highest = norms.Max();
        return to > 3 * from ? Look($"It grew from {from:G3} to {to:G3}: lower the learning rate or the scale of the reward.")
            : highest > 10 * middle ? Look($"Its highest spike is {highest:G3}, the middle being {middle:G3}: lower maxGradientNorm.")
            : Good($"It keeps around {middle:G3}, {highest:G3} at most.");
    }

    /// <summary>Share of groups with different rewards: the others carry no gradient.</summary>
    public static CurveFinding MixedGroups(double[] shares)
    {
        if (Short(shares, LeastSteps) is { } tooShort)
        {
            return tooShort;
        }

        var (first, last) = Ends(shares);
        double from = 100 * Moments.Of(first).Mean, to = 100 * Moments.Of(last).Mean;
        return from < 10 ? Look($"Only {from:F0} % of the first groups teach: the prompts are too easy or too hard for this model.")
            : to < 10 ? Look($"Only {to:F0} % of the last groups teach: more steps on these prompts will change little.")
            : Good($"It went from {from:F0} % to {to:F0} %.");
    }

    static (double[] First, double[] Last) Ends(double[] values)
    {
        int quarter = Math.Max(2, values.Length / 4);
        return (values[..quarter], values[^quarter..]);
    }

    static CurveFinding? Short(double[] values, int least) =>
        values.Length < least ? new(CurveState.TooShort, $"{values.Length} of the {least} points that it takes to tell.") : null;

    static CurveFinding Good(string sentence) => new(CurveState.AsExpected, sentence);

    static CurveFinding Look(string sentence) => new(CurveState.LookHere, sentence);
}
