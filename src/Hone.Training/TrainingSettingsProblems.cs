namespace Hone.Training;

static class TrainingSettingsProblems
{
    static readonly string[] _linearLayers =
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    public static IEnumerable<string> Of(TrainingSettings s) =>
        AtLeast("epochCount", s.EpochCount, 1)
            .Concat(s.MaxSteps is { } steps ? AtLeast("maxSteps", steps, 1) : [])
            .Concat(AtLeast("batchSize", s.BatchSize, 1))
            .Concat(AtLeast("trainingSamplePerPrompt", s.TrainingSamplePerPrompt, 2, "a group of one has no baseline"))
            .Concat(Between("learningRate", s.LearningRate, 0, 1, openLow: true))
            .Concat(AtLeast("warmupSteps", s.WarmupSteps, 0))
            .Concat(AtLeast("inferenceMaxTokens", s.InferenceMaxTokens, 1))
            .Concat(s.MaxPromptLength is { } length ? AtLeast("maxPromptLength", length, 1) : [])
            .Concat(s.EvalInterval is { } interval ? AtLeast("evalInterval", interval, 1) : [])
            .Concat(Between("temperature", s.Temperature, 0, 10, openLow: true))
            .Concat(AtLeast("updatesPerBatch", s.UpdatesPerBatch, 1))
            .Concat(Between("maxGradientNorm", s.MaxGradientNorm, 0, float.MaxValue))
            .Concat(Between("weightDecay", s.WeightDecay, 0, 1))
            .Concat(AtLeast("earlyStoppingPatience", s.EarlyStoppingPatience, 0))
            .Concat(Between("maxFaultShare", s.MaxFaultShare, 0, 1))
            .Concat(AtLeast("groupsPerMicroBatch", s.GroupsPerMicroBatch, 1))
            .Concat(AtLeast("generationBatch", s.GenerationBatch, 1))
            .Concat(AtLeast("loraRank", s.LoraRank, 1))
            .Concat(Between("loraAlpha", s.LoraAlpha, 0, float.MaxValue, openLow: true))
            .Concat(Targets(s.LoraTargetModules))
            .Concat(s.Loss.Problems())
            .Concat(s.Advantages.Problems());

    static IEnumerable<string> AtLeast(string name, int value, int least, string? why = null)
    {
        if (value < least)
        {
            yield return $"{name} is {value}, but needs {least} or more{(why is null ? "" : ": " + why)}.";
        }
    }

    static IEnumerable<string> Between(string name, double value, double low, double high, bool openLow = false)
    {
        if (!(openLow ? value > low : value >= low) || !(value <= high) || double.IsInfinity(value))
        {
            string from = openLow ? $"above {low}" : $"{low} or more";
            yield return high >= float.MaxValue
                ? $"{name} is {value}, but needs to be {from}."
                : $"{name} is {value}, but needs to be {from} and at most {high}.";
        }
    }

    static IEnumerable<string> Targets(IReadOnlyList<string>? targets)
    {
        if (targets is { Count: 0 })
        {
            yield return "loraTargetModules is empty; leave it out to adapt every linear layer, or name some of "
                + $"{string.Join(", ", _linearLayers)}.";
        }

        foreach (string unknown in (targets ?? []).Where(target => !_linearLayers.Contains(target)))
        {
            yield return $"loraTargetModules names '{unknown}', but the linear layers are {string.Join(", ", _linearLayers)}.";
        }
    }
}
