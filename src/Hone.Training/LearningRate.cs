namespace Hone.Training;

/// <summary>The learning rate of an update: a linear warm-up, then constant, linear to 0, or half a cosine to 0.</summary>
public static class LearningRate
{
    /// <param name="update">Index of the update, from 0.</param>
    /// <param name="updates">Updates in the whole run.</param>
    public static float At(LearningRateSchedule schedule, float rate, int warmup, int update, int updates)
    {
        if (update < warmup)
        {
            return rate * (update + 1) / (warmup + 1);
        }

        double done = (double)(update - warmup) / Math.Max(1, updates - warmup);
        return schedule switch
        {
            LearningRateSchedule.Linear => (float)(rate * (1 - done)),
            LearningRateSchedule.Cosine => (float)(rate * 0.5 * (1 + Math.Cos(Math.PI * done))),
            _ => rate,
        };
    }
}
