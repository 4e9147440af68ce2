using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors.Planning;
using Hone.Training;
using Hone.Training.Data;
using Hone.Training.Planning;

namespace Hone.Jobs.Supervised;

/// <summary>A job that imitates records, whose records were read and whose memory is planned, before any weight is.</summary>
sealed class SupervisedPlan : IDisposable
{
    // Bounds of what is fast together and of what a record may be; they change no result.
    const int RowsOfPass = 4096, SequencesOfPass = 16, LongestExample = 4096;

    readonly JobSettings _job;

    SupervisedPlan(JobSettings job, LanguageModel shapes, long alreadyThere)
    {
        (_job, Shapes) = (job, shapes);
        var training = job.HyperParameters;
        int longest = training.MaxPromptLength ?? Math.Min(LongestExample, shapes.Decoder.Config.MaxPositions);
        Records = SupervisedRecords.Read(job, shapes, longest);
        Notes = shapes.FixLength(Records.Longest) is { } note ? [.. Records.Notes, note] : Records.Notes;
        var shape = new RunShape
        {
            Decoder = shapes.Decoder,
            Settings = training,
            Training = [.. Records.Training.Select(example => example.Length)],
            StartConfig = job.StartAdapter is { } start ? AdapterFiles.Read(start).Config : null,
        };
        (Memory, Settings) = SupervisedMemory.Plan(
            shape, [.. Records.Training, .. Records.Validation], Wanted(training, longest), MemoryLimit.Of(job, alreadyThere), training.CheckpointLayers);
    }

    /// <summary>The model without weights.</summary>
    public LanguageModel Shapes { get; }

    public SupervisedRecords Records { get; }

    /// <summary>What a person should know before the run, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; }

    public MemoryPlan Memory { get; }

    /// <summary>As the plan runs them.</summary>
    public SupervisedSettings Settings { get; }

    /// <param name="job">The job.</param>
    /// <param name="alreadyThere">Bytes of the plan that this process holds before the run begins.</param>
    /// <exception cref="ModelFileException">The model, or the adapter to start from, cannot be used.</exception>
    /// <exception cref="DataFileException">A data file has bad lines.</exception>
    /// <exception cref="JobException">No record is left to train on, or the run does not fit its memory.</exception>
    public static SupervisedPlan Open(JobSettings job, long alreadyThere)
    {
        var shapes = LanguageModel.OpenShapes(job.BaseModel, new ShapeDevice(job.Compute), job.Template);
        try
        {
            var plan = new SupervisedPlan(job, shapes, alreadyThere);
            return plan.Memory.Fits ? plan : throw new JobException(job.Name, [plan.Misfit()]);
        }
        catch
        {
            shapes.Dispose();
            throw;
        }
    }

    public void Dispose() => Shapes.Dispose();

    SupervisedSettings Wanted(TrainingSettings training, int longest) => new()
    {
        EpochCount = training.EpochCount,
        MaxSteps = training.MaxSteps,
        BatchSize = Math.Min(training.BatchSize, Records.Training.Count),
        LearningRate = training.LearningRate,
        LearningRateSchedule = training.LearningRateSchedule,
        WarmupSteps = training.WarmupSteps,
        WeightDecay = training.WeightDecay,
        MaxGradientNorm = training.MaxGradientNorm,
        LoraRank = training.LoraRank,
        LoraAlpha = training.LoraAlpha,
        MaxLength = longest,
        SequencesPerMicroBatch = Math.Clamp((training.RowsPerMicroBatch ?? RowsOfPass) / Records.Longest, 1, SequencesOfPass),
    };

    string Misfit()
    {
        string limit = _job.MemoryLimit is null ? "80 % of what the machine has free" : "memoryLimit";
        return $"the run needs {ByteSize.Text(Memory.Total)} of memory, but may use {ByteSize.Text(Memory.Budget)} ({limit}), even with one record at a time; the "
            + $"longest has {Records.Longest:N0} tokens: lower hyperParameters.maxPromptLength or loraRank, or use a smaller model.";
    }
}
