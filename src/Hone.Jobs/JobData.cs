using Hone.Models;
using Hone.Models.Configuration;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Jobs;

/// <summary>A job's prompts, read, split and in the model's tokens.</summary>
/// <param name="Records">What they were made of.</param>
/// <param name="Notes">What was left out, in sentences.</param>
sealed record JobData(
    IReadOnlyList<PreparedPrompt> Training, IReadOnlyList<PreparedPrompt> Validation, IReadOnlyList<PreparedPrompt> Test,
    JobRecords Records, IReadOnlyList<string> Notes)
{
    /// <exception cref="DataFileException">A file has bad lines.</exception>
    /// <exception cref="JobException">No prompt is left to train on, or the model has no room for one.</exception>
    public static JobData Load(JobSettings job, LanguageModel model)
    {
        RequireRoom(job, model);
        RequireTargets(job, model);
        var records = JobRecords.Read(job);
        List<string> notes = [.. records.Notes];
        var data = new JobData(
            Prepare(job, model, records.Training, "trainingData", notes),
            Prepare(job, model, First(records.Validation, job.Evaluation.MaxValidationPrompts), "validation", notes),
            Prepare(job, model, First(records.Test, job.Evaluation.MaxPrompts), "testData", notes),
            records,
            notes);
        if (data.Training.Count == 0)
        {
            throw new JobException(job.TrainingData.Name, ["trainingData leaves no prompt to train on.", .. notes]);
        }

        FixLength(data, job, model, notes);
        NoteSmallBatch(data.Training.Count, job.HyperParameters.BatchSize, notes);
        return data;
    }

    /// <summary>Every prompt with the set that it belongs to, for the run's record.</summary>
    public IEnumerable<(string Id, string Text, string? Reference, string Set)> ForTheRecord() =>
        Rows(Training, "training").Concat(Rows(Validation, "validation")).Concat(Rows(Test, "test"));

    static void RequireRoom(JobSettings job, LanguageModel model)
    {
        int positions = model.Decoder.Config.MaxPositions, completion = job.HyperParameters.InferenceMaxTokens;
        if (completion >= positions)
        {
            throw new JobException(
                job.BaseModel,
                [
                    $"hyperParameters.inferenceMaxTokens is {completion}, but the model holds {positions} tokens, prompt and completion together; "
                    + $"lower it below {positions}.",
                ]);
        }
    }

    static void RequireTargets(JobSettings job, LanguageModel model)
    {
        var config = new AdapterConfig { Rank = 1, Alpha = 1, TargetModules = job.HyperParameters.LoraTargetModules };
        string[] problems = [.. LoraAdapter.TargetProblems(model.Decoder, config, "hyperParameters.loraTargetModules")];
        if (problems.Length > 0)
        {
            throw new JobException(job.BaseModel, problems);
        }
    }

    static void FixLength(JobData data, JobSettings job, LanguageModel model, List<string> notes)
    {
        int prompt = data.Training.Concat(data.Validation).Concat(data.Test).Max(prompt => prompt.Tokens.Length);
        if (model.FixLength(prompt + job.HyperParameters.InferenceMaxTokens) is { } note)
        {
            notes.Add(note);
        }
    }

    static void NoteSmallBatch(int prompts, int batchSize, List<string> notes)
    {
        if (prompts < batchSize)
        {
            notes.Add($"trainingData: {prompts} prompts are fewer than hyperParameters.batchSize ({batchSize}), so every step takes all of them.");
        }
    }

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
