using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Exports;
using Hone.Jobs;
using Hone.Models;
using Hone.Tensors;
using Hone.Text;
using Hone.Training;
using Hone.Training.Exporting;
using Hone.Training.Planning;

namespace Hone.Cli.Commands;

/// <summary>hone export: a model or a run in a form that other programs read, read back and compared.</summary>
static class ExportCommand
{
    // Merging rounds once and adds in another order; a file that differs by more than this in F32 is wrong.
    const double MostInF32 = 0.01;

    public static Command Create()
    {
        var command = ExportOptions.Command();
        command.SetAction((parsed, stop) => Task.FromResult(Run(ExportOptions.Of(parsed), new Output(parsed), stop)));
        return command;
    }

    static int Run(ExportOptions options, Output output, CancellationToken stop)
    {
        var folders = PolicyFolders.Of(options.Source, options.Adapter);
        if (options.Record is { } record)
        {
            NewFolder.Require(record, "--record");
        }

        var written = ExportWriter.Write(options, folders);
        output.Line($"{options.Out}: {ByteSize.Text(written.Bytes)} of weights in {written.Type}.");
        foreach (string note in written.Notes)
        {
            output.Line(note);
        }

        var job = Job(options.Source);
        var (prompts, before) = Before(options, folders, job, stop);
        var (after, evaluation) = After(options, folders, job, prompts, stop);
        var difference = SequenceScores.Compare(before, after);
        Report(options, written, prompts, difference, evaluation, output);
        bool isWrong = written.Type == "f32" && !(difference.Largest <= MostInF32);
        if (isWrong)
        {
            output.Line($"That is more than {MostInF32}: {options.Out} is not the model that it came from.");
        }

        return isWrong ? HoneCommand.Failure : HoneCommand.Success;
    }

    static (ExportPrompts Prompts, float[][] Scores) Before(
        ExportOptions options, PolicyFolders folders, JobSettings? job, CancellationToken stop)
    {
        var decoder = DecoderLoader.Load(folders.Model, new CpuDevice());
        var adapter = folders.Adapter is { } folder ? LoraAdapter.Load(decoder, folder) : null;
        decoder.Attach(adapter);
        using var policy = new OpenPolicy(folders.Model, decoder, adapter, job?.Template);
        var prompts = ExportPrompts.Of(options, policy, job, stop);
        prompts.Rotate(decoder);
        return (prompts, SequenceScores.LogProbabilities(decoder, prompts.Sequences));
    }

    static (float[][] Scores, Evaluation? Evaluation) After(
        ExportOptions options, PolicyFolders folders, JobSettings? job, ExportPrompts prompts, CancellationToken stop)
    {
        var (decoder, adapter) = options.Format.Load(options.Out, folders.Model, new CpuDevice());
        using var policy = new OpenPolicy(folders.Model, decoder, adapter, job?.Template);
        prompts.Rotate(decoder);
        if (options.Record is { } record)
        {
            bool hasTokenizer = File.Exists(Path.Combine(folders.Model, "tokenizer.json"));
            ExportRecord.Write(record, decoder, prompts.Sequences, hasTokenizer ? Tokenizer.Load(folders.Model) : null);
        }

        return (SequenceScores.LogProbabilities(decoder, prompts.Sequences), prompts.HeldOut?.Ask(policy.Language(), stop));
    }

    static JobSettings? Job(string source)
    {
        if (!File.Exists(Path.Combine(source, "job.json")))
        {
            return null;
        }

        using var run = RunReader.Open(source);
        return run.Settings;
    }

    static void Report(
        ExportOptions options, ExportWriter.Result written, ExportPrompts prompts, (double Largest, double Mean, int Count) difference,
        Evaluation? evaluation, Output output)
    {
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"Read back: log-probabilities of {difference.Count:N0} tokens ({prompts.Source}) differ by {difference.Largest:0.0e+0} at most, {difference.Mean:0.0e+0} on average."));
        var result = new JsonObject
        {
            ["out"] = options.Out,
            ["format"] = options.Format.ToString().ToLowerInvariant(),
            ["type"] = written.Type,
            ["bytes"] = written.Bytes,
            ["notes"] = new JsonArray([.. written.Notes.Select(note => JsonValue.Create(note))]),
            ["prompts"] = prompts.Source,
            ["tokens"] = difference.Count,
            ["largestDifference"] = double.IsFinite(difference.Largest) ? difference.Largest : null,
            ["meanDifference"] = double.IsFinite(difference.Mean) ? difference.Mean : null,
        };
        if (evaluation is not null && prompts is { Before: { } before, HeldOut: { } heldOut })
        {
            var (was, now) = (Accuracy.Of(before), Accuracy.Of(evaluation));
            output.Line(string.Create(CultureInfo.InvariantCulture,
                $"Score on {now.N:N0} {heldOut.Set} prompts: {100 * was.Value:F1} % before the export, {100 * now.Value:F1} % of the exported file."));
            result["set"] = heldOut.Set;
            result["n"] = now.N;
            result["scoreBefore"] = was.Value;
            result["scoreExported"] = now.Value;
        }

        output.Result(result);
    }
}
