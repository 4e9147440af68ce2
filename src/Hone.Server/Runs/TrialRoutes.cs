using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Hone.Text;
using Hone.Training.Data.Findings;

namespace Hone.Server.Runs;

/// <summary>Tries a grader on one answer, and looks at a file of prompts.</summary>
static class TrialRoutes
{
    const int ShownRecords = 5;

    /// <summary><c>{"grader":{…},"prompt":"…","referenceAnswer":"…","record":{…},"answer":"…"}</c>.</summary>
    public static async Task TryGrader(Exchange exchange)
    {
        var body = await exchange.Body("grader", "prompt", "referenceAnswer", "record", "answer");
        var grader = body.Object("grader") ?? throw ApiProblem.Invalid("grader is missing; it needs to be an object in braces.", "grader");
        string answer = body.Text("answer") ?? throw ApiProblem.Invalid("answer is missing; it needs to be text in quotes.", "answer");
        await exchange.PlaceJudges(grader, "grader");
        var trial = await exchange.Service<IGraderTrial>().Run(exchange.Caller, grader, Record(body), answer, exchange.Stop);
        await exchange.Answer(new { trial.Grade.Score, trial.Grade.Fault, trial.Grade.Reason, trial.Grade.Metrics, Seconds = trial.Elapsed.TotalSeconds });
    }

    /// <summary>
    /// <c>{"file":"file-…","model":"arithmetic","set":"test"}</c>: what <c>hone data</c> prints. Without a model, lengths are in characters.
    /// How many prompts are advised counts for the training set only, which is meant where no set is named.
    /// </summary>
    public static async Task LookAtData(Exchange exchange)
    {
        var body = await exchange.Body("file", "model", "set");
        string source = body.RequiredText("file");
        var model = body.Text("model") is { Length: > 0 } name ? await exchange.Service<IModels>().Find(exchange.Caller, name, exchange.Stop) : null;
        string set = body.Text("set") ?? "training";
        if (set is not ("training" or "validation" or "test"))
        {
            throw ApiProblem.Invalid($"set is {set}; it needs to be training, validation or test.", "set");
        }

        var folder = Directory.CreateTempSubdirectory("hone-look-");
        try
        {
            string file = await Draft.Fetch(exchange, source, Path.Combine(folder.FullName, "data.jsonl"));
            var records = JobRecords.Read(new DataSource([file]), null, null, 0, 0);
            var findings = DataExamination.Of([new PromptSetToExamine("the file", records.Training)], model is null ? null : Measure(model));
            await exchange.Answer(new
            {
                findings.Unit,
                Set = findings.Sets[0],
                findings.Proposal,
                Notes = records.Notes.Concat(findings.Notes.Where(note => set == "training" || note != DataNotes.Size("the file", records.Training.Count))),
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

    // As a line of training data holds it.
    static JsonObject Record(JsonObject body)
    {
        var record = (body.Object("record") ?? []).DeepClone().AsObject();
        if (body.Text("referenceAnswer") is { } reference)
        {
            record["reference_answer"] = reference;
        }

        if (body.Text("prompt") is { Length: > 0 } prompt)
        {
            record["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt });
        }

        return record;
    }
}
