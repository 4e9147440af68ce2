namespace Hone.Training.Monitoring;

/// <summary>The mean of some successive points.</summary>
readonly record struct MonitorWindow(IReadOnlyList<MonitorPoint> Points)
{
    public int From => Points[0].Step;

    public int To => Points[^1].Step;

    public double Reward => Points.Average(point => point.Reward);

    public double Truth => Points.Average(point => point.Truth!.Value);

    public double Length => Points.Average(point => point.Length);

    public double Repetition => Points.Average(point => point.Repetition);

    public double Entropy => Points.Average(point => point.Entropy);

    public double RewardError => Error(Points.Select(point => point.RewardError));

    public double TruthError => Error(Points.Select(point => point.TruthError));

    /// <summary>The part of the reward that grew most since another window, and by how much.</summary>
    public (string Name, double Gain)? Driver(MonitorWindow since)
    {
        var (now, then) = (Points[^1].Components, since.Points[0].Components);
        return now.Count < 2 ? null : now.Select(part => (part.Key, part.Value - then.GetValueOrDefault(part.Key))).MaxBy(part => part.Item2);
    }

    public override string ToString() => From == To ? $"step {From}" : $"steps {From} to {To}";

    // Of a mean of independent means.
    static double Error(IEnumerable<double> errors)
    {
        double[] all = [.. errors];
        return Math.Sqrt(all.Sum(error => error * error)) / all.Length;
    }
}
