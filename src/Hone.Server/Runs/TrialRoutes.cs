using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Jobs;
using Hone.Server.Registry;
using Hone.Text;
using Hone.Training.Data;
using Hone.Training.Data.Findings;

namespace Hone.Server.Runs;

/// <summary>Tries a grader on one answer, and looks at a file of prompts.</summary>
static class TrialRoutes
{
    const int ShownRecords = 5;

    static readonly TimeSpan _deadline = TimeSpan.FromMinutes(1);

    /// <summary><c>{"grader":{…},"prompt":"…","referenceAnswer":"…","record":{…},"answer":"…","truncated":false}</c>.</summary>
    public static async Task TryGrader(Exchange exchange)
    {
        var body = await exchange.Body("grader", "prompt", "referenceAnswer", "record", "answer", "truncated");
        var json = body.Object("grader") ?? throw ApiProblem.Invalid("grader is missing; it needs to be an object in braces.", "grader");
        string answer = body.Text("answer") ?? throw ApiProblem.Invalid("answer is missing; it needs to be text in quotes.", "answer");
        Draft.RefusePlaces(json, "grader");
        var folder = Directory.CreateTempSubdirectory("hone-trial-");
        try
        {
            var context = new GraderContext(folder.FullName);
            var settings = GraderSettings.Parse(json.ToJsonString());
            string[] problems = [.. settings.Problems("grader", context)];
            if (problems.Length > 0)
            {
                throw ApiProblem.Invalid(string.Join(" ", problems), "grader");
            }

            await using var grader = new GuardedGrader(settings.Build(context), "grader", _deadline);
            var watch = Stopwatch.StartNew();
            var grade = (await grader.Grade([Item(body, answer)], exchange.Stop))[0];
            await exchange.Answer(new
            {
                grade.Score,
                grade.Fault,
                grade.Reason,
                grade.Metrics,
                Notes = grader.Notes,
                Seconds = watch.Elapsed.TotalSeconds,
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary><c>{"file":"file-…","model":"arithmetic"}</c>: what <c>hone data</c> prints. Without a model, lengths are in characters.</summary>
    public static async Task LookAtData(Exchange exchange)
    {
        var body = await exchange.Body("file", "model");
        string source = body.RequiredText("file");
        var model = body.Text("model") is { Length: > 0 } name ? await exchange.Service<IModels>().Find(exchange.Caller, name, exchange.Stop) : null;
        var folder = Directory.CreateTempSubdirectory("hone-look-");
        try
        {
            string file = await Draft.Fetch(exchange, source, Path.Combine(folder.FullName, "data.jsonl"));
            var records = JobRecords.Read(new DataSource([file]), null, null, 0, 0);
            var findings = DataExamination.Of([new PromptSetToExamine("prompts", records.Training)], model is null ? null : Measure(model));
            await exchange.Answer(new
            {
                findings.Unit,
                Set = findings.Sets[0],
                findings.Proposal,
                Notes = records.Notes.Concat(findings.Notes),
                records.ProblemCount,
                Problems = records.Problems.Select(problem => new { problem.Line, problem.Sentence }),
                First = records.Training.Take(ShownRecords).Select(record => new
                {
                    record.Id,
                    record.Line,
                    Messages = record.Messages.Select(turn => new { turn.Role, turn.Content }),
                    record.Reference,
                }),
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static PromptMeasure Measure(ServedModel model)
    {
        try
        {
            return new(Tokenizer.Load(model.Folder), ChatTemplate.Load(model.Folder, model.Template), null);
        }
        catch (Exception e) when (e is TokenizerException or ChatTemplateException)
        {
            throw ApiProblem.Invalid($"The model {model.Id} cannot count tokens: {e.Message}", "model");
        }
    }

    static GradingItem Item(JsonObject body, string answer)
    {
        var record = (body.Object("record") ?? []).ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value));
        string? reference = body.Text("referenceAnswer");
        if (reference is not null)
        {
            record["reference_answer"] = JsonSerializer.SerializeToElement(reference);
        }

        GradingMessage[] prompt = body.Text("prompt") is { Length: > 0 } text ? [new("user", text)] : [];
        return new("answer", prompt, answer, reference, record, body.Flag("truncated"));
    }
}
