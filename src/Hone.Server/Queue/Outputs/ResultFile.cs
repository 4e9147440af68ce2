using System.Globalization;
using System.Text;
using Hone.Jobs;
using Hone.Server.Files;
using Hone.Server.Queue.Nodes;
using Hone.Training;

namespace Hone.Server.Queue.Outputs;

/// <summary>A job's numbers step by step, as a file of its account that OpenAI's surface names: steps count from 1, columns have OpenAI's names.</summary>
sealed class ResultFile(IFiles files, JobFolders folders, NodeSettings node)
{
    public const string Purpose = "fine-tune-results", Name = "step_metrics.csv";

    static readonly (string Name, Func<StepMetrics, EvaluationSummary?, double> Value)[] _supervised =
    [
        ("step", (step, _) => step.Step + 1),
        ("train_loss", (step, _) => step.Loss),
        ("valid_loss", (_, validation) => validation?.Loss ?? double.NaN),
        ("learning_rate", (step, _) => step.LearningRate),
    ];

    static readonly (string Name, Func<StepMetrics, EvaluationSummary?, double> Value)[] _reinforcement =
    [
        ("step", (step, _) => step.Step + 1),
        ("train_mean_reward", (step, _) => step.RewardMean),
        ("valid_mean_reward", (_, validation) => validation?.RewardMean ?? double.NaN),
        ("train_loss", (step, _) => step.Loss),
        ("entropy", (step, _) => step.Entropy),
        ("completion_tokens_mean", (step, _) => step.LengthMean),
        ("learning_rate", (step, _) => step.LearningRate),
    ];

    /// <summary>The file's id, whether or not there is one.</summary>
    public static string IdOf(string job) => $"file-{job}results";

    /// <summary>Writes what the run has; nothing before its first step.</summary>
    public async Task Write(JobRow row, CancellationToken stop)
    {
        using var run = RunReader.Open(folders.Run(row.Id));
        if (run.Metrics() is not { Count: > 0 } steps)
        {
            return;
        }

        using var content = new MemoryStream(Encoding.UTF8.GetBytes(Text(run, steps)));
        await files.Put(node.By(row.Account), IdOf(row.Id), Name, Purpose, content, stop);
    }

    static string Text(RunReader run, IReadOnlyList<StepMetrics> steps)
    {
        var columns = run.Settings.Method == TrainingMethod.Supervised ? _supervised : _reinforcement;
        var validations = run.Evaluations().Where(evaluation => evaluation.Name == "validation").ToDictionary(evaluation => evaluation.Step);
        var rows = steps.Select(step => columns.Select(column => Field(column.Value(step, validations.GetValueOrDefault(step.Step + 1)))));
        return string.Concat(rows.Prepend(columns.Select(column => column.Name)).Select(row => string.Join(',', row) + "\n"));
    }

    static string Field(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";
}
