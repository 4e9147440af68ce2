using System.CommandLine;
using Hone.Cli.Views;
using Hone.Grading;
using Hone.Training.Judging;

namespace Hone.Cli.Commands;

/// <summary>hone judge calibrate: a grader beside people's ratings.</summary>
static class JudgeCommand
{
    const int MostInBatch = 64;

    static readonly Argument<string> _file = new("file")
    {
        Description = "JSONL file of prompts, each with a completion and a label: a person's rating on the grader's scale. 50 to 200 are enough.",
    };

    static readonly Option<string> _grader = new("--grader") { Description = "File with grader JSON.", Required = true };
    static readonly Option<double?> _threshold = new("--threshold")
    {
        Description = "Two categories: below this number, and from it on. Default: each label is one.",
    };

    public static Command Create()
    {
        var calibrate = new Command("calibrate", "Compare a grader with people's ratings: agreement, Cohen's kappa, confusion table.")
        {
            _file, _grader, _threshold,
        };
        calibrate.SetAction(Calibrate);
        return new Command("judge", "Look at language models that grade.") { calibrate };
    }

    static async Task<int> Calibrate(ParseResult parsed, CancellationToken stop)
    {
        string file = parsed.GetRequiredValue(_file);
        var answers = LabelledAnswer.Read(file);
        await using var grader = GraderFile.Build(parsed.GetRequiredValue(_grader));
        var output = new Output(parsed);
        foreach (string note in grader.Notes)
        {
            output.Line(note);
        }

        var graded = await Grade(grader, answers, stop).ConfigureAwait(false);
        var calibration = Compare(file, graded, parsed.GetValue(_threshold));
        CalibrationView.Show(calibration, graded, output);
        return calibration.IsGood ? HoneCommand.Success : HoneCommand.Failure;
    }

    static async Task<IReadOnlyList<(LabelledAnswer, Grade)>> Grade(GuardedGrader grader, IReadOnlyList<LabelledAnswer> answers, CancellationToken stop)
    {
        List<(LabelledAnswer, Grade)> graded = [];
        foreach (var batch in answers.Chunk(MostInBatch))
        {
            var grades = await grader.Grade([.. batch.Select(answer => answer.Item)], stop).ConfigureAwait(false);
            graded.AddRange(batch.Zip(grades));
        }

        return graded;
    }

    static Calibration Compare(string file, IReadOnlyList<(LabelledAnswer, Grade)> graded, double? threshold)
    {
        try
        {
            return Calibration.Of(graded, threshold);
        }
        catch (ArgumentException e)
        {
            throw new CommandException($"{file}: {e.Message}");
        }
    }
}
