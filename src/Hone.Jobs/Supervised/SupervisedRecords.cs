using Hone.Training;
using Hone.Training.Data;

namespace Hone.Jobs.Supervised;

/// <summary>The records of a job that imitates them, as examples.</summary>
/// <param name="Notes">What was left out, in sentences.</param>
sealed record SupervisedRecords(
    IReadOnlyList<SupervisedExample> Training, IReadOnlyList<SupervisedExample> Validation, IReadOnlyList<string> Notes)
{
    public int Longest => Training.Concat(Validation).Max(example => example.Length);

    /// <param name="longest">Tokens of an example; longer ones are left out.</param>
    /// <exception cref="DataFileException">A file has bad lines.</exception>
    /// <exception cref="JobException">No record is left to train on.</exception>
    public static SupervisedRecords Read(JobSettings job, LanguageModel model, int longest)
    {
        List<string> notes = [];
        var training = Examples(job.TrainingData, "trainingData", model, longest, notes);
        var validation = job.ValidationData is { } data ? Examples(data, "validationData", model, longest, notes) : [];
        if (job.ValidationShare is { } share)
        {
            int held = Math.Min(training.Count - 1, (int)Math.Round(share * training.Count));
            (training, validation) = (training[..^held], training[^held..]);
        }

        return training.Count > 0 ? new(training, validation, notes) : throw new JobException(job.Name, [
            $"no record of trainingData is left to train on: {string.Join(" ", notes)} Raise hyperParameters.maxPromptLength, or see what the chat template shows."]);
    }

    /// <summary>What a step did, in the form of other runs: what such training has none of is NaN.</summary>
    /// <param name="epoch">Which pass over the records it belongs to.</param>
    /// <param name="tokens">Of this step.</param>
    /// <param name="seconds">Of this step.</param>
    public static StepMetrics Metrics(SupervisedMetrics metrics, int epoch, long tokens, double seconds) => new()
    {
        Step = metrics.Step,
        Epoch = epoch,
        RewardMean = double.NaN,
        RewardStd = double.NaN,
        RewardMin = double.NaN,
        RewardMax = double.NaN,
        ScoreMean = double.NaN,
        GroupsAllRight = double.NaN,
        GroupsAllWrong = double.NaN,
        GroupsMixed = double.NaN,
        LengthMean = double.NaN,
        LengthMax = 0,
        TruncatedShare = double.NaN,
        Faults = 0,
        Entropy = double.NaN,
        GradientNorm = metrics.GradientNorm,
        Loss = metrics.Loss,
        Kl = double.NaN,
        ClipShare = double.NaN,
        SamplerTrainerDifference = double.NaN,
        LearningRate = metrics.LearningRate,
        PromptTokens = (int)tokens,
        CompletionTokens = 0,
        SamplingSeconds = 0,
        GradingSeconds = 0,
        TrainingSeconds = seconds,
        StepSeconds = seconds,
        MemoryMegabytes = Environment.WorkingSet / 1048576.0,
    };

    static List<SupervisedExample> Examples(DataSource source, string key, LanguageModel model, int longest, List<string> notes)
    {
        var records = DataFile.ReadSupervised(source.Files).RecordsOrThrow();
        SupervisedExample[] all = [.. records.SelectMany(record => SupervisedExample.Encode(model, record, maskPrompt: true))];
        SupervisedExample[] speaking = [.. all.Where(example => example.TrainedTokens > 0)];
        List<SupervisedExample> kept = [.. speaking.Where(example => example.Length <= longest)];
        if (speaking.Length < all.Length)
        {
            notes.Add($"{key}: {all.Length - speaking.Length} of {all.Length} examples have no token that the loss sees and were left out.");
        }

        if (kept.Count < speaking.Length)
        {
            notes.Add($"{key}: {speaking.Length - kept.Count} of {all.Length} examples have more than {longest} tokens and were left out.");
        }

        return kept;
    }
}
