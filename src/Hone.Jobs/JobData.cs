using Hone.Training;
using Hone.Training.Data;

namespace Hone.Jobs;

/// <summary>A job's prompts, read, split and in the model's tokens.</summary>
/// <param name="Notes">What was left out, in sentences.</param>
sealed record JobData(
    IReadOnlyList<PreparedPrompt> Training, IReadOnlyList<PreparedPrompt> Validation, IReadOnlyList<PreparedPrompt> Test,
    IReadOnlyList<string> Notes)
{
    /// <exception cref="DataFileException">A file has bad lines.</exception>
    /// <exception cref="JobException">No prompt is left to train on.</exception>
    public static JobData Load(JobSettings job, LanguageModel model)
    {
        var training = DataFile.ReadPrompts(job.TrainingData).RecordsOrThrow();
        IReadOnlyList<PromptRecord> validation;
        if (job.ValidationData is { } file)
        {
            validation = DataFile.ReadPrompts(file).RecordsOrThrow();
        }
        else
        {
            var split = DataSplit.ByHash(training, job.ValidationShare!.Value, job.Seed);
            (training, validation) = (split.Train, split.Validation);
        }

        var test = job.TestData is { } held ? DataFile.ReadPrompts(held).RecordsOrThrow() : [];
        List<string> notes = [];
        var data = new JobData(
            Prepare(job, model, training, "trainingData", notes),
            Prepare(job, model, First(validation, job.Evaluation.MaxValidationPrompts), "validation", notes),
            Prepare(job, model, First(test, job.Evaluation.MaxPrompts), "testData", notes),
            notes);
        return data.Training.Count > 0
            ? data
            : throw new JobException(job.TrainingData, [$"trainingData {job.TrainingData} leaves no prompt to train on: {string.Join(' ', notes)}"]);
    }

    /// <summary>Every prompt with the set that it belongs to, for the run's record.</summary>
    public IEnumerable<(string Id, string Text, string? Reference, string Set)> ForTheRecord() =>
        Rows(Training, "training").Concat(Rows(Validation, "validation")).Concat(Rows(Test, "test"));

    static IReadOnlyList<PromptRecord> First(IReadOnlyList<PromptRecord> records, int? most) =>
        most is { } count ? [.. records.Take(count)] : records;

    static IReadOnlyList<PreparedPrompt> Prepare(
        JobSettings job, LanguageModel model, IReadOnlyList<PromptRecord> records, string name, List<string> notes)
    {
        var settings = job.HyperParameters;
        int room = model.Decoder.Config.MaxPositions - settings.InferenceMaxTokens;
        int limit = Math.Min(settings.MaxPromptLength ?? int.MaxValue, room);
        var set = PromptSet.Prepare(model, records, limit, settings.ReasoningEffort);
        if (set.Dropped.Count > 0)
        {
            var (id, tokens) = set.Dropped.MaxBy(dropped => dropped.Tokens);
            notes.Add($"{name}: {set.Dropped.Count} of {records.Count} prompts are longer than {limit} tokens and were left out "
                + $"(the longest, {id}, has {tokens}).");
        }

        return set.Prompts;
    }

    static IEnumerable<(string, string, string?, string)> Rows(IReadOnlyList<PreparedPrompt> prompts, string set) =>
        prompts.Select(prompt => (
            prompt.Record.Id, string.Join("\n", prompt.Record.Messages.Select(turn => $"{turn.Role}: {turn.Content}")), prompt.Record.Reference, set));
}
