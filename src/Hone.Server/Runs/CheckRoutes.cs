using Hone.Grading;
using Hone.Jobs;
using Hone.Jobs.Checks;
using Hone.Jobs.Engine;
using Hone.Models.Weights;
using Hone.Server.Inference;
using Hone.Server.Queue.Graders;
using Hone.Server.Registry;
using Hone.Text;
using Hone.Training.Data;
using Hone.Training.Planning;

namespace Hone.Server.Runs;

/// <summary>Tries a job before it is made, and tells what it finds as it finds it.</summary>
/// <remarks>
/// Server-sent events. stage: what is tried now. finding: one each. fact: a sentence about the run to come. done: whether the job may start.
/// The model is asked through the engine; of the time that a run will take, nothing is said here: <c>hone check</c> measures that.
/// </remarks>
static class CheckRoutes
{
    const int Prompts = 8, Samples = 4;

    static readonly TimeSpan _graderDeadline = TimeSpan.FromMinutes(2);

    public static async Task Check(Exchange exchange)
    {
        var request = JobRequest.Read(await exchange.Body(JobRequest.Keys));
        var model = await exchange.Service<IModels>().Find(exchange.Caller, request.Model, exchange.Stop);
        using var draft = await Draft.Of(exchange, request, model);
        var stream = new EventStream(exchange.Response);
        await stream.Begin(exchange.Stop);
        var told = new Telling(stream, exchange.Stop);
        try
        {
            await Run(exchange, request, draft, told);
        }
        catch (Exception e) when (Problems(e, draft) is { } problems)
        {
            foreach (string problem in problems)
            {
                await told.Finding(new(CheckSeverity.Problem, "job", problem, ""));
            }
        }

        await told.Done();
    }

    // What a job's grader may not name, it may not name here either: it is about to run.
    static void RefuseWhatIsTheOwners(Exchange exchange, JobSettings job, Draft draft)
    {
        var (files, context) = (exchange.Service<GraderFiles>(), new GraderContext(draft.Folder));
        string[] problems =
        [
            .. files.Problems(exchange.Caller, job.Grader, "grader", context),
            .. job.ShadowGrader is { } shadow ? files.Problems(exchange.Caller, shadow, "shadowGrader", context) : [],
        ];
        if (problems.Length > 0)
        {
            throw new JobException(draft.JobFile, problems);
        }
    }

    static async Task Run(Exchange exchange, JobRequest request, Draft draft, Telling told)
    {
        await told.Stage("settings", "Reading the settings");
        var job = JobFile.Read(draft.JobFile);
        RefuseWhatIsTheOwners(exchange, job, draft);
        await told.Stage("data", "Reading the data");
        using var plan = PlannedJob.Open(job);
        foreach (var finding in JobCheck.OfData(plan))
        {
            await told.Finding(finding);
        }

        await told.Fact($"{plan.Shape.Training.Count:N0} prompts to train on, of {plan.Shape.Training.Average():F0} tokens on average; the longest has {plan.Shape.Training.Max():N0}.");
        await told.Stage("memory", "Planning the memory");
        if (plan.Misfit() is { } misfit)
        {
            await told.Finding(new(CheckSeverity.Problem, "memory", misfit, ""));
            return;
        }

        await told.Fact($"The run needs {ByteSize.Text(plan.Memory.Total)} of the {ByteSize.Text(plan.Memory.Budget)} that it may use.");
        await told.Stage("model", $"Asking the base model: {Samples} answers each to {Math.Min(Prompts, plan.Shape.Training.Count)} prompts");
        var answers = await Ask(exchange, request, plan);
        await told.Stage("reward", "Trying the reward on its answers, on right ones and on tricks");
        await using var grader = new GuardedGrader(job.Grader.Build(Context(exchange, draft)), "grader", _graderDeadline);
        var report = await Task.Run(() => JobCheck.OfAnswers(plan, grader, answers, exchange.Stop), exchange.Stop);
        foreach (var finding in report.Findings.Where(finding => finding.Kind != "data"))
        {
            await told.Finding(finding);
        }

        if (report.Base is { } known && !double.IsNaN(known.Mean))
        {
            await told.Fact($"The base model's answers score {known.Mean:0.###} on average and have {known.TokensMean:F0} tokens.");
        }
    }

    static GraderContext Context(Exchange exchange, Draft draft) =>
        new GraderContext(draft.Folder).WithEngine(exchange.Service<Func<IEngine>>(), exchange.Caller.Account);

    static async Task<IReadOnlyList<IReadOnlyList<ModelAnswer>>> Ask(Exchange exchange, JobRequest request, PlannedJob plan)
    {
        var inference = exchange.Service<IInference>();
        var asked = JobCheck.PromptsToAsk(plan, Prompts).Select((record, i) => Ask(exchange, inference, request.Model, plan.Job, record, (ulong)i));
        return await Task.WhenAll(asked);
    }

    static async Task<IReadOnlyList<ModelAnswer>> Ask(
        Exchange exchange, IInference inference, string model, JobSettings job, PromptRecord record, ulong number)
    {
        var generate = new GenerateRequest
        {
            Model = "",
            Messages = [.. record.Messages.Select(turn => turn.Message)],
            Count = Samples,
            MaxTokens = job.HyperParameters.InferenceMaxTokens,
            Sampling = new() { Temperature = job.HyperParameters.Temperature },
            Seed = job.Seed + number,
            TopLogProbabilities = 0,
        };
        var drafts = Enumerable.Range(0, Samples).Select(_ => new AnswerDraft()).ToArray();
        await foreach (var piece in inference.Generate(exchange.Caller, model, generate, exchange.Stop))
        {
            drafts[piece.Index].Add(piece);
        }

        return [.. drafts.Select(draft => draft.Answer)];
    }

    // What the person who wrote the job can mend; null: a defect of ours. The draft's folder is nothing that they know.
    static IEnumerable<string>? Problems(Exception e, Draft draft)
    {
        IEnumerable<string>? problems = e switch
        {
            JobException job => job.Problems,
            DataFileException or ModelFileException or ApiProblem or ArgumentException or TokenizerException or ChatTemplateException
                or GradingPausedException => [e.Message],
            EngineRequestException refused => refused.Problems,
            EngineBusyException or EngineFailedException => [$"The model could not be asked, so the reward was not tried: {e.Message}"],
            _ => null,
        };
        return problems?.Select(problem => problem.Replace(draft.Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    sealed class AnswerDraft
    {
        readonly System.Text.StringBuilder _text = new();
        readonly List<DrawnToken> _tokens = [];
        bool _truncated;

        public ModelAnswer Answer =>
            new(_text.ToString(), [.. _tokens.Select(token => token.Token.Id)], [.. _tokens.Select(token => token.Token.LogProbability)], _truncated);

        public void Add(GeneratedPiece piece)
        {
            _text.Append(piece.Text);
            _tokens.AddRange(piece.Tokens);
            _truncated |= piece.Finish == FinishReason.Length;
        }
    }

    sealed class Telling(EventStream stream, CancellationToken stop)
    {
        int _problems, _warnings;

        public Task Stage(string name, string title) => stream.Send("stage", new { Name = name, Title = title }, stop);

        public Task Fact(string sentence) => stream.Send("fact", new { Sentence = sentence }, stop);

        public Task Finding(CheckFinding finding)
        {
            _problems += finding.Severity == CheckSeverity.Problem ? 1 : 0;
            _warnings += finding.Severity == CheckSeverity.Warning ? 1 : 0;
            return stream.Send("finding", finding, stop);
        }

        public Task Done() => stream.Send("done", new { Passed = _problems == 0, Problems = _problems, Warnings = _warnings }, stop);
    }
}
