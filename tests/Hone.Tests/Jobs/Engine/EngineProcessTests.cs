using System.Diagnostics;
using System.Text.Json;
using Hone.Jobs.Engine;
using Hone.Text;

namespace Hone.Tests.Jobs.Engine;

public sealed class EngineProcessTests : IDisposable
{
    readonly TestFolder _folder = new();
    readonly EngineProcess _engine;

    public EngineProcessTests() => _engine = new(new()
    {
        Engine = new() { CacheBytes = 64 << 20, Batch = 2, Waiting = 2 },
        LogFile = _folder.In("engine.log"),
        Threads = 1,
    });

    public void Dispose()
    {
        _engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }

    [Fact]
    public async Task Pieces_come_through_as_they_are_made()
    {
        await using var local = new LocalEngine(new() { CacheBytes = 64 << 20 });
        var request = SmallRun.Ask("What is 3 + 4?", endless: true) with
        {
            Messages =
            [
                new("system", "Be brief. ä\u2028\"") { Extra = new Dictionary<string, object?> { ["name"] = "x", ["n"] = 1 } },
                ChatMessage.Read(JsonElement.Parse("""{"role":"user","content":"What is 3 + 4?","tool_calls":[1.0]}""")),
            ],
            Count = 2,
            Seed = ulong.MaxValue,
            TopLogProbabilities = 3,
            Sampling = new() { Temperature = 0.3f, TopP = 0.9f },
            Stop = ["never"],
        };

        var expected = await local.All(request);
        var actual = await _engine.All(request);

        Assert.Equal(Written(expected), Written(actual));
        Assert.Equal(await local.CountTokens(request, default), await _engine.CountTokens(request, default));
    }

    [Fact]
    public async Task Refusals_come_through_as_they_are()
    {
        var problem = await Assert.ThrowsAsync<EngineRequestException>(() => _engine.All(SmallRun.Ask("x") with { Count = 0, MaxTokens = 0 }));

        Assert.Equal(2, problem.Problems.Count);
    }

    [Fact]
    public async Task A_process_that_dies_fails_what_it_was_at_and_the_next_call_gets_another()
    {
        int first = 0;
        var problem = await Assert.ThrowsAsync<EngineFailedException>(async () =>
        {
            await foreach (var piece in _engine.Generate(SmallRun.Ask("What is 3 + 4?", 1500, endless: true), default))
            {
                if (first == 0)
                {
                    first = _engine.ProcessId!.Value;
                    Process.GetProcessById(first).Kill();
                }
            }
        });

        var answer = await _engine.All(SmallRun.Ask("What is 3 + 4?"));

        Assert.Contains("ended", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(answer[^1].Usage);
        Assert.NotEqual(first, _engine.ProcessId);
    }

    [Fact]
    public async Task A_caller_that_leaves_makes_room()
    {
        for (int i = 0; i < 12; i++)
        {
            await foreach (var piece in _engine.Generate(SmallRun.Ask("What is 3 + 4?", 1500, endless: true), default))
            {
                break;
            }
        }

        Assert.NotNull((await _engine.All(SmallRun.Ask("What is 3 + 4?")))[^1].Usage);
    }

    [Fact]
    public async Task A_process_whose_server_is_gone_ends_and_loses_nothing_of_its_run()
    {
        string job = SmallRun.Job(_folder), alone = _folder.In("alone"), run = _folder.In("run");
        await _engine.Train(new() { RunFolder = alone, JobFile = job }, _ => { }, default);
        var reached = new TaskCompletionSource();
        var training = _engine.Train(new() { RunFolder = run, JobFile = job }, news =>
        {
            if (news is { Kind: "step", Step: 2 })
            {
                reached.TrySetResult();
            }
        }, default);
        await reached.Task;
        var process = Process.GetProcessById(_engine.ProcessId!.Value);

        await _engine.DisposeAsync();

        Assert.True(process.HasExited);
        await Assert.ThrowsAnyAsync<Exception>(() => training);
        await using var next = new LocalEngine(new() { CacheBytes = 64 << 20 });
        await next.Train(new() { RunFolder = run, JobFile = job }, _ => { }, default);
        Assert.Equal(SmallRun.Adapter(alone), SmallRun.Adapter(run));
    }

    // Completions may be interleaved otherwise.
    static IEnumerable<string> Written(IEnumerable<GeneratedPiece> pieces) =>
        pieces.OrderBy(piece => piece.Index).Select(piece => JsonSerializer.Serialize(piece with { Usage = null }));
}
