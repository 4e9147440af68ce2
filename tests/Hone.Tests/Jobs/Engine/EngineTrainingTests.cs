using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Jobs.Engine;
using Hone.Tensors;

namespace Hone.Tests.Jobs.Engine;

public sealed class EngineTrainingTests : IDisposable
{
    readonly TestFolder _folder = new();
    readonly LocalEngine _engine = new(new() { CacheBytes = 64 << 20 });

    public void Dispose()
    {
        _engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_beside_requests_ends_in_the_adapter_of_a_run_alone()
    {
        string job = SmallRun.Job(_folder);
        string alone = Alone(job);
        string run = _folder.In("beside");
        List<TrainingNews> news = [];
        var request = SmallRun.Ask("What is 3 + 4?", 60, endless: true) with { TopLogProbabilities = 0 };
        var before = Drawn(await _engine.All(request));

        var training = _engine.Train(new() { RunFolder = run, JobFile = job }, news.Add, default);
        List<int[]> during = [];
        while (!training.IsCompleted)
        {
            during.Add(Drawn(await _engine.All(request)));
        }

        await training;
        Assert.NotEmpty(during);
        Assert.All(during, drawn => Assert.Equal(before, drawn));
        Assert.Equal(SmallRun.Adapter(alone), SmallRun.Adapter(run));
        Assert.Equal([1, 2, 3], news.Where(one => one.Kind == "step").Select(one => one.Step));
        Assert.NotEqual(
            Chances(await _engine.All(request)), Chances(await _engine.All(request with { Adapter = Path.Combine(run, "checkpoints", "step-000003") })));
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_where_it_was()
    {
        string job = SmallRun.Job(_folder);
        string alone = Alone(job), run = _folder.In("stopped");
        using var stop = new CancellationTokenSource();
        var request = new TrainRequest { RunFolder = run, JobFile = job };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _engine.Train(request, news =>
        {
            if (news is { Kind: "step", Step: 2 })
            {
                stop.Cancel();
            }
        }, stop.Token));
        await _engine.Train(request with { JobFile = "/nowhere" }, _ => { }, default);

        Assert.Equal(SmallRun.Adapter(alone), SmallRun.Adapter(run));
    }

    [Fact]
    public async Task A_run_of_another_kind_of_machine_goes_on_only_where_that_is_allowed_and_says_so()
    {
        string run = Path.GetFullPath(_folder.In("other"));
        var settings = JobFile.Read(SmallRun.Job(_folder, steps: 1));
        RunFolder.Create(run, settings, RunOrigin.Here() with { InstructionSet = "avx1024" }).Dispose();
        var request = new TrainRequest { RunFolder = run, JobFile = "" };

        var problem = await Assert.ThrowsAsync<EngineRequestException>(() => _engine.Train(request, _ => { }, default));
        await _engine.Train(request with { AllowOtherMachine = true }, _ => { }, default);

        Assert.Contains("avx1024", problem.Message, StringComparison.Ordinal);
        using var reader = RunReader.Open(run);
        Assert.Contains(reader.Events(), one => one.Kind == "warning" && one.Message.Contains("avx1024", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_that_cannot_run_is_told_in_sentences()
    {
        string job = SmallRun.Job(_folder, change: json =>
        {
            json["hyperParameters"]!["batchSize"] = 0;
            json["nonsense"] = 1;
        });

        var problem = await Assert.ThrowsAsync<EngineRequestException>(
            () => _engine.Train(new() { RunFolder = _folder.In("bad"), JobFile = job }, _ => { }, default));

        Assert.Equal(2, problem.Problems.Count);
    }

    [Fact]
    public async Task A_supervised_job_lowers_the_loss_and_a_stop_changes_no_bit()
    {
        string job = Supervised();
        var (straight, stopped) = (_folder.In("straight"), _folder.In("stopped"));
        using var stop = new CancellationTokenSource();

        await _engine.Train(new() { RunFolder = straight, JobFile = job }, _ => { }, default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _engine.Train(new() { RunFolder = stopped, JobFile = job }, news =>
        {
            if (news is { Kind: "step", Step: 5 })
            {
                stop.Cancel();
            }
        }, stop.Token));
        await _engine.Train(new() { RunFolder = stopped, JobFile = job }, _ => { }, default);

        using var run = RunReader.Open(straight);
        var losses = run.Metrics().Select(step => step.Loss).ToArray();
        Assert.Equal(12, losses.Length);
        Assert.True(losses[^1] < losses[0] / 2, $"The loss went from {losses[0]} to {losses[^1]}.");
        Assert.True(run.IsComplete());
        Assert.Equal(SmallRun.Adapter(straight), SmallRun.Adapter(stopped));
    }

    string Supervised()
    {
        _folder.File("records.jsonl", string.Join('\n', Enumerable.Range(0, 20).Select(i =>
            $$"""{"messages":[{"role":"user","content":"What is {{i}} and 1?"},{"role":"assistant","content":"It is seven."}]}""")));
        return SmallRun.Job(_folder, steps: 12, change: job =>
        {
            job["method"] = "supervised";
            job["trainingData"] = "records.jsonl";
            job["validationShare"] = 0.2;
            foreach (string key in (string[])["grader", "validationData", "testData", "evaluation"])
            {
                job.Remove(key);
            }

            job["hyperParameters"] = new JsonObject { ["maxSteps"] = 12, ["epochCount"] = 9, ["batchSize"] = 4, ["learningRate"] = 5e-3, ["loraRank"] = 4, ["evalInterval"] = 3 };
        });
    }

    string Alone(string job)
    {
        using var run = RunFolder.Create(_folder.In("alone"), JobFile.Read(job));
        using var runner = new JobRunner(run, new CpuDevice());
        runner.Run(null, CancellationToken.None);
        return run.Path;
    }

    static float[] Chances(IEnumerable<GeneratedPiece> pieces) => [.. pieces.SelectMany(piece => piece.Tokens).Select(token => token.Token.LogProbability)];

    static int[] Drawn(IEnumerable<GeneratedPiece> pieces) => [.. pieces.SelectMany(piece => piece.Tokens).Select(token => token.Token.Id)];
}
