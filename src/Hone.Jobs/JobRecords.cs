using Hone.Training.Data;
using Hone.Training.Data.Findings;

namespace Hone.Jobs;

/// <summary>A job's prompts as they are read and split, before a model sees them.</summary>
/// <param name="Notes">What was left out or is unusual, in sentences.</param>
public sealed record JobRecords(
    IReadOnlyList<PromptRecord> Training, IReadOnlyList<PromptRecord> Validation, IReadOnlyList<PromptRecord> Test, IReadOnlyList<string> Notes)
{
    /// <summary>What is wrong with lines, of all files; each problem names its file. Empty where they were not asked for.</summary>
    public IReadOnlyList<DataProblem> Problems { get; init; } = [];

    /// <summary>Counts those past the first of a file that are kept, too.</summary>
    public int ProblemCount { get; init; }

    /// <exception cref="DataFileException">Files have bad lines: all of them.</exception>
    public static JobRecords Read(JobSettings job)
    {
        var records = ReadWhatIsGood(job);
        int given = records.Training.Count + (job.ValidationData is null ? records.Validation.Count : 0);
        return records.ProblemCount == 0
            ? records with { Notes = [.. records.Notes, .. DataNotes.Size("trainingData", given) is { } note ? [note] : (string[])[]] }
            : throw new DataFileException(job.TrainingData.ToString(), records.Problems, records.ProblemCount);
    }

    /// <summary>The good records of each file, and the problems of the others.</summary>
    public static JobRecords ReadWhatIsGood(JobSettings job) => Read(job.TrainingData, job.ValidationData, job.TestData, job.ValidationShare ?? 0, job.Seed);

    /// <param name="training">What is trained on.</param>
    /// <param name="validation">Null: a share of the training prompts is split off.</param>
    /// <param name="test">Null: there is none.</param>
    /// <param name="validationShare">0: none is split off.</param>
    /// <param name="seed">Decides which.</param>
    public static JobRecords Read(DataSource training, DataSource? validation, DataSource? test, double validationShare, ulong seed)
    {
        DataFileResult<PromptRecord>?[] results = [training.Read(), validation?.Read(), test?.Read()];
        IReadOnlyList<PromptRecord> trained = results[0]!.Records, watched = results[1]?.Records ?? [];
        if (validation is null)
        {
            var split = DataSplit.ByHash(trained, validationShare, seed);
            (trained, watched) = (split.Train, split.Validation);
        }

        return new(trained, watched, results[2]?.Records ?? [], [.. results.SelectMany(result => result?.Notes ?? [])])
        {
            Problems = [.. results.SelectMany(Named)],
            ProblemCount = results.Sum(result => result?.ProblemCount ?? 0),
        };
    }

    static IEnumerable<DataProblem> Named(DataFileResult<PromptRecord>? result) =>
        result?.Problems.Select(problem => problem with { File = problem.File ?? result.Path }) ?? [];
}
