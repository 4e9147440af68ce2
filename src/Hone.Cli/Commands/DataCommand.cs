using System.CommandLine;
using Hone.Cli.Views;
using Hone.Jobs;
using Hone.Text;
using Hone.Training.Data.Findings;

namespace Hone.Cli.Commands;

/// <summary>hone data FILE: looks at prompts before they are used.</summary>
static class DataCommand
{
    static readonly Argument<string[]> _files = new("file")
    {
        Description = "JSONL files of the prompts to train on, or a folder with Bedrock's invocation logs. Left out: the job's.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    static readonly Option<string?> _job = new("--job")
    {
        Description = "Job file: its model and template count tokens, and its data is looked at where no other is named.",
    };

    static readonly Option<string?> _model = new("--model") { Description = "Model folder whose tokenizer and chat template count tokens." };

    static readonly Option<string?> _template = TemplateOption.Create();

    static readonly Option<string[]> _validation = Held("--validation", "JSONL files of the prompts that training is watched on.");

    static readonly Option<string[]> _test = Held("--test", "JSONL files of the prompts on which base and tuned model are compared.");

    public static Command Create()
    {
        var command = new Command("data", "Look at prompts before they are used: lengths, duplicates, leaks, missing answers.")
        {
            _files, _job, _model, _template, _validation, _test,
        };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed)));
        return command;
    }

    static Option<string[]> Held(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
    };

    static int Run(ParseResult parsed)
    {
        var output = new Output(parsed);
        var job = parsed.GetValue(_job) is { } file ? JobFile.Read(file, parsed.GetValue(_model)) : null;
        var records = Records(parsed, job);
        if (records.ProblemCount > 0)
        {
            DataView.ShowProblems(records, output);
        }

        PromptSetToExamine[] sets =
        [
            new("training", records.Training),
            .. records.Validation.Count > 0 ? [new PromptSetToExamine("validation", records.Validation)] : (PromptSetToExamine[])[],
            .. records.Test.Count > 0 ? [new PromptSetToExamine("test", records.Test)] : (PromptSetToExamine[])[],
        ];
        var findings = DataExamination.Of(sets, Measure(parsed, job));
        findings = findings with { Notes = [.. records.Notes, .. findings.Notes, .. JobNotes(job, findings)] };
        DataView.Show(findings, output);
        output.Result(DataView.ToJson(findings, records));
        return records.ProblemCount > 0 ? HoneCommand.BadInput : HoneCommand.Success;
    }

    static JobRecords Records(ParseResult parsed, JobSettings? job)
    {
        var training = Source(parsed.GetValue(_files)) ?? job?.TrainingData
            ?? throw new CommandException("hone data needs a file, or --job with a job file that names one.");
        var validation = Source(parsed.GetValue(_validation));
        double share = validation is null ? job?.ValidationShare ?? 0 : 0;
        return JobRecords.Read(training, validation ?? job?.ValidationData, Source(parsed.GetValue(_test)) ?? job?.TestData, share, job?.Seed ?? 0);
    }

    static DataSource? Source(string[]? files) => files switch
    {
        null or [] => null,
        [{ } folder] when Directory.Exists(folder) => new([], new() { InvocationLogSource = new() { Path = folder }, UsePromptResponse = true }),
        _ => new(files),
    };

    static PromptMeasure? Measure(ParseResult parsed, JobSettings? job)
    {
        string? folder = job?.BaseModel ?? parsed.GetValue(_model);
        return folder is null
            ? null
            : new(Tokenizer.Load(folder), ChatTemplate.Load(folder, parsed.GetValue(_template) ?? job?.Template), job?.HyperParameters.ReasoningEffort);
    }

    // What the job's own limits would do to this data.
    static IEnumerable<string> JobNotes(JobSettings? job, DataFindings findings)
    {
        if (job is null || findings.Sets[0] is not { Prompts: { } prompts } training)
        {
            yield break;
        }

        var settings = job.HyperParameters;
        if (settings.MaxPromptLength < prompts.Max)
        {
            yield return $"hyperParameters.maxPromptLength is {settings.MaxPromptLength}, but the longest prompt has {prompts.Max} tokens; longer ones are left out.";
        }

        if (training.References is { } references && settings.InferenceMaxTokens < references.P99)
        {
            yield return $"hyperParameters.inferenceMaxTokens is {settings.InferenceMaxTokens}, but 1 in 100 reference answers is {references.P99} tokens or longer.";
        }
    }
}
