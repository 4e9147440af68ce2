using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Training;
using Hone.Training.Data;
using Hone.Training.Judging;
using Hone.Training.Planning;

namespace Hone.Jobs;

/// <summary>A job whose data was read and whose memory is planned, before any weight is.</summary>
public sealed class PlannedJob : IDisposable
{
    PlannedJob(JobSettings job, LanguageModel shapes, JobData data, int? threads, long alreadyThere)
    {
        (Job, Shapes, Data) = (job, shapes, data);
        Shape = new RunShape
        {
            Decoder = shapes.Decoder,
            Settings = job.HyperParameters,
            Training = Lengths(data.Training),
            Validation = Lengths(data.Validation),
            Test = Lengths(data.Test),
            TestSamples = job.Evaluation.SamplesPerPrompt,
            Threads = threads ?? Workers.Default.Count,
            StartConfig = job.StartAdapter is { } start ? AdapterFiles.Read(start).Config : null,
            JudgeBytes = LocalJudges.Folders(job.Grader).Concat(LocalJudges.Folders(job.ShadowGrader)).Sum(LocalMemory.Of),
            BaseEvaluations = job.Evaluation.BannedFirst.Count > 0 ? 2 : 1,
        };
        using var planner = new MemoryPlanner(Shape, MemoryLimit.Of(job, alreadyThere));
        Memory = planner.Plan();
    }

    public JobSettings Job { get; }

    /// <summary>The model without weights.</summary>
    public LanguageModel Shapes { get; }

    public RunShape Shape { get; }

    public MemoryPlan Memory { get; }

    /// <summary>What was left out of the data, in sentences.</summary>
    public IReadOnlyList<string> Notes => Data.Notes;

    internal JobData Data { get; }

    /// <param name="job">The job.</param>
    /// <param name="threads">Threads of the machine that it shall run on. Null: those of this one.</param>
    /// <param name="alreadyThere">Bytes of the plan that this process holds before the run begins.</param>
    /// <exception cref="ModelFileException">The model, or that of a judge, cannot be used.</exception>
    /// <exception cref="DataFileException">A data file has bad lines.</exception>
    /// <exception cref="JobException">No prompt is left to train on.</exception>
    public static PlannedJob Open(JobSettings job, int? threads = null, long alreadyThere = 0)
    {
        if (job.Method == TrainingMethod.Supervised)
        {
            throw new JobException(job.Name, ["method is 'supervised', which the service trains; on the command line, take hone sft."]);
        }

        var shapes = LanguageModel.OpenShapes(job.BaseModel, new ShapeDevice(job.Compute), job.Template);
        try
        {
            shapes.AlsoEndWith(job.EndTokens);
            return new PlannedJob(job, shapes, JobData.Load(job, shapes), threads, alreadyThere);
        }
        catch
        {
            shapes.Dispose();
            throw;
        }
    }

    /// <summary>Why the run does not fit its memory and which settings to lower, or null if it fits.</summary>
    public string? Misfit()
    {
        if (Memory.Fits)
        {
            return null;
        }

        var advice = MemoryAdvice.For(Shape, Memory.Budget);
        string ways = string.Join(", or ", advice.Select(one => $"hyperParameters.{one.Setting} from {one.From} to {one.To}"));
        string limit = Job.MemoryLimit is null ? "80 % of what the machine has free" : "memoryLimit";
        string judging = Memory.Judges > 0 ? $" ({ByteSize.Text(Memory.Judges)} of it for models that judge)" : "";
        return $"the run needs {ByteSize.Text(Memory.Total)} of memory{judging}, but may use {ByteSize.Text(Memory.Budget)} ({limit}), even with every "
            + "layer's activations computed twice; "
            + (ways.Length > 0 ? $"lower {ways}." : "lower several of inferenceMaxTokens, generationBatch and loraRank, or use a smaller model.");
    }

    public void Dispose() => Shapes.Dispose();

    static int[] Lengths(IReadOnlyList<PreparedPrompt> prompts) => [.. prompts.Select(prompt => prompt.Tokens.Length)];
}
