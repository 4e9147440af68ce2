namespace Hone.Training.Optimization;

/// <summary>The share of the learning rate that an update gets: a linear warm-up, then constant, linear to 0, or half a cosine to 0.</summary>
public static class LearningRate
{
    /// <param name="update">Index of the update, from 0.</param>
    /// <param name="updates">Updates in the whole run.</param>
    public static float ShareAt(LearningRateSchedule schedule, int warmup, int update, long updates)
    {
        if (update < warmup)
        {
            return (update + 1f) / (warmup + 1f);
        }

        double done = (double)(update - warmup) / Math.Max(1, updates - warmup);
        return schedule switch
        {
            LearningRateSchedule.Linear => (float)(1 - done),
            LearningRateSchedule.Cosine => (float)(0.5 * (1 + Math.Cos(Math.PI * done))),
            _ => 1f,
        };
    }
}
