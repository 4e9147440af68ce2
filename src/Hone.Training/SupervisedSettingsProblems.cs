namespace Hone.Training;

static class SupervisedSettingsProblems
{
    public static IEnumerable<string> Of(SupervisedSettings s) =>
        SettingsRange.AtLeast("epochCount", s.EpochCount, 1)
            .Concat(s.MaxSteps is { } steps ? SettingsRange.AtLeast("maxSteps", steps, 1) : [])
            .Concat(SettingsRange.AtLeast("batchSize", s.BatchSize, 1))
            .Concat(SettingsRange.Between("learningRate", s.LearningRate, 0, 1, openLow: true))
            .Concat(SettingsRange.Between("muonLearningRate", s.MuonLearningRate, 0, 10, openLow: true))
            .Concat(SettingsRange.AtLeast("warmupSteps", s.WarmupSteps, 0))
            .Concat(SettingsRange.Between("weightDecay", s.WeightDecay, 0, 1))
            .Concat(SettingsRange.Between("maxGradientNorm", s.MaxGradientNorm, 0, float.MaxValue))
            .Concat(s.LoraRank is { } rank ? SettingsRange.AtLeast("loraRank", rank, 1) : [])
            .Concat(SettingsRange.Between("loraAlpha", s.LoraAlpha, 0, float.MaxValue, openLow: true))
            .Concat(SettingsRange.AtLeast("maxLength", s.MaxLength, 2))
            .Concat(SettingsRange.AtLeast("checkpointLayers", s.CheckpointLayers, 0))
            .Concat(SettingsRange.AtLeast("sequencesPerMicroBatch", s.SequencesPerMicroBatch, 1))
            .Concat(MuonNeedsAllWeights(s));

    static IEnumerable<string> MuonNeedsAllWeights(SupervisedSettings s)
    {
        if (s.Optimizer == OptimizerKind.Muon && s.LoraRank is not null)
        {
            yield return "optimizer is muon, which trains whole matrices; leave loraRank out, or take optimizer adamw for an adapter.";
        }
    }
}
