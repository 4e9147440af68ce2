namespace Hone.Training;

static class TrainingSettingsProblems
{
    public static IEnumerable<string> Of(TrainingSettings s) =>
        SettingsRange.AtLeast("epochCount", s.EpochCount, 1)
            .Concat(s.MaxSteps is { } steps ? SettingsRange.AtLeast("maxSteps", steps, 1) : [])
            .Concat(SettingsRange.AtLeast("batchSize", s.BatchSize, 1))
            .Concat(SettingsRange.AtLeast("trainingSamplePerPrompt", s.TrainingSamplePerPrompt, 2, "a group of one has no baseline"))
            .Concat(SettingsRange.Between("learningRate", s.LearningRate, 0, 1, openLow: true))
            .Concat(SettingsRange.AtLeast("warmupSteps", s.WarmupSteps, 0))
            .Concat(SettingsRange.AtLeast("inferenceMaxTokens", s.InferenceMaxTokens, 1))
            .Concat(s.MaxPromptLength is { } length ? SettingsRange.AtLeast("maxPromptLength", length, 1) : [])
            .Concat(s.EvalInterval is { } interval ? SettingsRange.AtLeast("evalInterval", interval, 1) : [])
            .Concat(SettingsRange.Between("temperature", s.Temperature, 0, 10, openLow: true))
            .Concat(SettingsRange.AtLeast("updatesPerBatch", s.UpdatesPerBatch, 1))
            .Concat(SettingsRange.Between("maxGradientNorm", s.MaxGradientNorm, 0, float.MaxValue))
            .Concat(SettingsRange.Between("weightDecay", s.WeightDecay, 0, 1))
            .Concat(SettingsRange.AtLeast("earlyStoppingPatience", s.EarlyStoppingPatience, 0))
            .Concat(SettingsRange.Between("maxFaultShare", s.MaxFaultShare, 0, 1))
            .Concat(SettingsRange.AtLeast("groupsPerMicroBatch", s.GroupsPerMicroBatch, 1))
            .Concat(s.RowsPerMicroBatch is { } rows ? SettingsRange.AtLeast("rowsPerMicroBatch", rows, 1) : [])
            .Concat(s.CheckpointLayers is { } layers ? SettingsRange.AtLeast("checkpointLayers", layers, 0) : [])
            .Concat(SettingsRange.AtLeast("generationBatch", s.GenerationBatch, 1))
            .Concat(SettingsRange.AtLeast("loraRank", s.LoraRank, 1))
            .Concat(SettingsRange.Between("loraAlpha", s.LoraAlpha, 0, float.MaxValue, openLow: true))
            .Concat(Targets(s.LoraTargetModules))
            .Concat(s.DynamicSampling.Problems().Select(problem => "dynamicSampling." + problem))
            .Concat(s.SelfHealing.Problems().Select(problem => "selfHealing." + problem))
            .Concat(s.Loss.Problems().Select(problem => "loss." + problem))
            .Concat(s.Advantages.Problems().Select(problem => "advantages." + problem))
            .Concat(Together(s));

    // What loss, advantages and lengths cannot be at the same time.
    static IEnumerable<string> Together(TrainingSettings s)
    {
        if (s.Advantages.KlInReward > 0 && s.Loss.KlCoefficient > 0)
        {
            yield return "advantages.klInReward and loss.klCoefficient are both above 0 and would charge the same KL twice; keep one.";
        }

        if (s.Advantages.PerToken && s.Loss.Form.OfCompletions)
        {
            yield return "advantages.whiten tokens with klInReward gives every token its own advantage, but the loss is one term for each completion; "
                + "take another loss.kind, or whiten completions.";
        }

        if (s.Advantages.Overlong is { } overlong && overlong.Buffer > s.InferenceMaxTokens)
        {
            yield return $"advantages.overlong.buffer is {overlong.Buffer}, but needs to be at most inferenceMaxTokens, which is {s.InferenceMaxTokens}.";
        }
    }

    static IEnumerable<string> Targets(IReadOnlyList<string>? targets)
    {
        if (targets is { Count: 0 })
        {
            yield return "loraTargetModules is empty; leave it out to adapt every linear layer, or name some, such as q_proj and v_proj.";
        }
    }
}
