using Hone.Training.Rewards;
using Hone.Training.Statistics;

namespace Hone.Training.Verification;

/// <summary>The rewards of a case of <c>advantages.json</c>, of each function and combined.</summary>
sealed class LossVerificationRewards
{
    readonly double[][] _scores;
    readonly bool[][] _mask;

    public LossVerificationRewards(LossVerificationValue settings, LossVerificationValue inputs, AdvantageSettings estimator)
    {
        double[] weights = settings["reward_weights"].Numbers;
        var rewards = inputs["rewards"];
        int B = rewards.Items.Length, groupSize = settings["num_generations"].Integer;
        _scores = rewards.Rows(B, weights.Length);
        if (groupSize < 1 || B % groupSize != 0)
        {
            throw rewards.Unlike($"a list of whole groups of {groupSize}");
        }

        _mask = inputs.Has("mask") ? Table(inputs["mask"], B, row => row.Select(m => m != 0)) : [];
        bool parts = estimator.Rewards.Count > 0;
        Step = new()
        {
            Rewards = [.. _scores.Select(row => Advantages.Combine([.. row.Select(OrNone)], weights))],
            GroupSize = groupSize,
            Parts = parts ? [.. weights.Select((_, k) => _scores.Select(row => OrNone(row[k])).ToArray())] : [],
            Weights = parts ? weights : [],
            Lengths = [.. _mask.Select(row => row.Count(trains => trains))],
            Drift = _mask.Length > 0 ? Drift(inputs, B) : [],
        };
    }

    public StepRewards Step { get; }

    /// <summary>One advantage for each place of the padded table.</summary>
    public double[] Padded(AdvantageEstimate estimate)
    {
        List<double> padded = [];
        for (int i = 0; i < _mask.Length; i++)
        {
            int t = 0;
            foreach (bool trains in _mask[i])
            {
                padded.Add(!trains ? 0 : estimate.TokenAdvantages?[i][t++] ?? estimate.Advantages[i]);
            }
        }

        return [.. padded];
    }

    /// <summary>Whether the deviation that the last division of GDPO saw was 0, as far as rounding goes.</summary>
    public bool SumsAreEqual(AdvantageEstimate estimate)
    {
        // A = (u − mean) / (std + ε), so that the deviation of A is std / (std + ε).
        double[] advantages = [.. estimate.Advantages.Where((_, i) => Step.Rewards[i] is not null)];
        return Moments.Of(advantages).StandardDeviation <= 1e-8 / (1e-8 + Advantages.Epsilon);
    }

    /// <summary>Moments of the scores of one function; null if there is none of that number.</summary>
    public Moments? Column(int k) => k >= 0 && _scores.All(row => k < row.Length)
        ? Moments.Of([.. _scores.Select(row => row[k]).Where(score => !double.IsNaN(score))])
        : null;

    // ℓ_old − ℓ_ref of the tokens that train.
    double[][] Drift(LossVerificationValue inputs, int rows)
    {
        double[][] old = Table(inputs["logp_old"], rows, row => row), reference = Table(inputs["logp_ref"], rows, row => row);
        if (old.Zip(reference, _mask).Any(row => row.First.Length != row.Third.Length || row.Second.Length != row.Third.Length))
        {
            throw inputs["logp_old"].Unlike("a table of the mask's shape, as logp_ref needs to be");
        }

        return [.. _mask.Select((row, i) => row.Index().Where(token => token.Item).Select(token => old[i][token.Index] - reference[i][token.Index]).ToArray())];
    }

    static T[][] Table<T>(LossVerificationValue table, int rows, Func<double[], IEnumerable<T>> row)
    {
        var items = table.Items;
        return items.Length == rows ? [.. items.Select(item => row(item.Numbers).ToArray())] : throw table.Unlike($"a table of {rows} rows");
    }

    static double? OrNone(double score) => double.IsNaN(score) ? null : score;
}
