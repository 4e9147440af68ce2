using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Bench;
using Hone.Jobs;
using Hone.Jobs.Engine;
using Hone.Text;
using Hone.Training.Data;

namespace Hone.Cli.Commands;

/// <summary>hone bench serve: many streams at once from the engine's process, with or without a run that trains beside them.</summary>
static class BenchServeCommand
{
    static readonly Option<int> _streams = new("--streams") { Description = "Requests at once.", DefaultValueFactory = _ => 200 };
    static readonly Option<int> _tokens = new("--new") { Description = "Tokens of each answer.", DefaultValueFactory = _ => 64 };
    static readonly Option<int> _batch = new("--batch") { Description = "Completions side by side.", DefaultValueFactory = _ => new EngineSettings().Batch };
    static readonly Option<bool> _training = new("--training") { Description = "The quickstart's job trains meanwhile: its seconds are measured alone and beside the streams." };
    static readonly Option<int> _steps = new("--steps") { Description = "Steps of that job.", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = new Command("serve", "Measure many streams of answers at once.") { _streams, _tokens, _batch, _training, _steps };
        var options = new BenchOptions(command, repeats: 3);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, session => Run(parsed, session), stop)));
        return command;
    }

    static void Run(ParseResult parsed, BenchSession session)
    {
        int streams = parsed.GetValue(_streams), tokens = parsed.GetValue(_tokens), batch = parsed.GetValue(_batch), steps = parsed.GetValue(_steps);
        BenchOptions.AtLeastOne(("--streams", streams), ("--new", tokens), ("--batch", batch), ("--steps", steps));
        string folder = Directory.CreateTempSubdirectory("hone-bench-").FullName;
        var engine = new EngineProcess(new()
        {
            Engine = new() { Batch = batch, Waiting = streams },
            LogFile = Path.Combine(folder, "engine.log"),
            Threads = session.Workers.Count,
        });
        try
        {
            var load = new Load(engine, Prompts(), streams, tokens, session.Stop);
            var parameters = new JsonObject { ["streams"] = streams, ["new_tokens"] = tokens, ["batch"] = batch };
            session.ProbeAside();
            if (!parsed.GetValue(_training))
            {
                var (runs, otherLoad) = session.Measure(() => load.Once().GetAwaiter().GetResult());
                session.Report("serve", parameters, otherLoad, _ => Figures(runs));
                return;
            }

            var job = new Job(engine, folder, steps);
            var (pairs, others) = session.Measure(() => Beside(load, job, session.Stop).GetAwaiter().GetResult(), warmUp: false);
            parameters["training_steps"] = steps;
            session.Report("serve while training", parameters, others, _ => Figures(pairs));
        }
        finally
        {
            engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(folder, recursive: true);
        }
    }

    static (string Question, string Path)[] Prompts()
    {
        string job = ShippedFiles.Find(QuickstartCommand.JobPath), model = ShippedFiles.Find("models/arithmetic/config.json");
        var records = DataFile.ReadPrompts(Path.Combine(Path.GetDirectoryName(job)!, "train.jsonl")).RecordsOrThrow();
        return [.. records.Select(record => (record.Messages[^1].Content, Path.GetDirectoryName(model)!))];
    }

    static JsonObject Figures(IReadOnlyList<Outcome> runs)
    {
        double[] first = [.. runs.SelectMany(run => run.FirstMilliseconds).Order()];
        return new()
        {
            ["first_token_ms_p50"] = Spread.Round(At(first, 0.5)),
            ["first_token_ms_p95"] = Spread.Round(At(first, 0.95)),
            ["tokens_per_s"] = Spread.OfRates(runs.Select(run => run.Tokens / run.Seconds)).ToJson(),
            ["failed"] = runs.Sum(run => run.Failed),
            ["requests"] = runs.Sum(run => run.FirstMilliseconds.Count + run.Failed),
        };
    }

    static JsonObject Figures(IReadOnlyList<Pair> pairs)
    {
        var figures = Figures([.. pairs.Select(pair => pair.Streams)]);
        figures["alone_tokens_per_s"] = Spread.OfRates(pairs.Select(pair => pair.StreamsAlone.Tokens / pair.StreamsAlone.Seconds)).ToJson();
        figures["training_alone_s"] = Spread.OfSeconds(pairs.Select(pair => pair.TrainingAlone)).ToJson();
        figures["training_s"] = Spread.OfSeconds(pairs.Select(pair => pair.Training)).ToJson();
        return figures;
    }

    static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];

    // The streams begin again until the run is over, so that all of it has company.
    static async Task<Pair> Beside(Load load, Job job, CancellationToken stop)
    {
        // What is only loaded and compiled once does not count.
        await load.Once();
        await job.Run(stop);
        var streamsAlone = await load.Once();
        double alone = await job.Run(stop);
        var training = job.Run(stop);
        Outcome all = new();
        while (!training.IsCompleted)
        {
            all.Add(await load.Once(until: training));
        }

        return new(streamsAlone, alone, all, await training);
    }

    sealed record Pair(Outcome StreamsAlone, double TrainingAlone, Outcome Streams, double Training);

    sealed class Outcome
    {
        public List<double> FirstMilliseconds { get; } = [];
        public long Tokens { get; set; }
        public double Seconds { get; set; }
        public int Failed { get; set; }

        public void Add(Outcome other)
        {
            FirstMilliseconds.AddRange(other.FirstMilliseconds);
            (Tokens, Seconds, Failed) = (Tokens + other.Tokens, Seconds + other.Seconds, Failed + other.Failed);
        }
    }

    sealed class Job(EngineProcess engine, string folder, int steps)
    {
        int _runs;

        public async Task<double> Run(CancellationToken stop)
        {
            var job = JobFile.Read(ShippedFiles.Find(QuickstartCommand.JobPath));
            job = job with { HyperParameters = job.HyperParameters with { MaxSteps = steps, EvalInterval = steps }, TestData = null };
            string path = Path.Combine(folder, $"run-{++_runs}");
            RunFolder.Create(path, job, RunOrigin.Here()).Dispose();
            var watch = Stopwatch.StartNew();
            await engine.Train(new() { RunFolder = path, JobFile = "" }, _ => { }, stop);
            return watch.Elapsed.TotalSeconds;
        }
    }

    sealed class Load(EngineProcess engine, (string Question, string Model)[] prompts, int streams, int tokens, CancellationToken stop)
    {
        // The end token is kept away, so that all answers are equally long.
        static readonly Dictionary<int, float> _endless = new() { [0] = -1000 };

        public async Task<Outcome> Once(Task? until = null)
        {
            var outcome = new Outcome();
            var watch = Stopwatch.StartNew();
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var all = Task.WhenAll(Enumerable.Range(0, streams).Select(i => Task.Run(() => One(i, outcome, enough.Token))));
            if (until is not null && await Task.WhenAny(all, until) == until)
            {
                await enough.CancelAsync();
            }

            await all;
            outcome.Seconds = watch.Elapsed.TotalSeconds;
            return outcome;
        }

        async Task One(int number, Outcome outcome, CancellationToken enough)
        {
            var (question, model) = prompts[number % prompts.Length];
            var watch = Stopwatch.StartNew();
            double? first = null;
            int drawn = 0;
            try
            {
                var request = new GenerateRequest
                {
                    Model = model,
                    Messages = [new ChatMessage("user", question)],
                    MaxTokens = tokens,
                    Seed = (ulong)number,
                    LogitBias = _endless,
                    TopLogProbabilities = 0,
                };
                await foreach (var piece in engine.Generate(request, enough))
                {
                    first ??= watch.Elapsed.TotalMilliseconds;
                    drawn += piece.Tokens.Count;
                }
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                // The run beside it is over.
            }
            catch (Exception problem) when (problem is EngineFailedException or EngineBusyException or EngineRequestException)
            {
                lock (outcome)
                {
                    outcome.Failed++;
                }

                return;
            }

            lock (outcome)
            {
                outcome.Tokens += drawn;
                if (first is { } milliseconds)
                {
                    outcome.FirstMilliseconds.Add(milliseconds);
                }
            }
        }
    }
}
