using System.Runtime.CompilerServices;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Inference;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Inference;

public sealed class EngineInferenceTests
{
    static readonly GenerateRequest _question = new() { Model = "", Text = "one two three" };

    [Fact]
    public async Task The_model_is_resolved_and_the_request_is_told_to_those_who_keep_it()
    {
        var sink = new Sink();
        await using var server = await Start(sink: sink);
        InvocationNotes.Current = new InvocationNotes { Operation = "test", Metadata = new Dictionary<string, string> { ["project"] = "x" } };

        string text = string.Concat(await Ask(server, QueueServer.Owner, "arithmetic"));

        var kept = Assert.Single(sink.Invocations);
        Assert.Equal("one two three", text);
        Assert.Equal(Path.Combine(QueueServer.Repository, "models", "arithmetic"), kept.Request.Model);
        Assert.Equal(("one two three", FinishReason.Stop), (kept.Completions[0].Text, kept.Completions[0].Finish));
        Assert.Equal((new TokenUsage(3, 0, 3), "x", null), (kept.Usage, kept.Notes!.Metadata["project"], kept.Problem));
    }

    [Fact]
    public async Task An_engine_that_dies_before_the_first_piece_is_asked_again_and_one_that_dies_later_is_a_503()
    {
        var early = new DyingEngine(deaths: 1, after: 0);
        var late = new DyingEngine(deaths: 1, after: 1);
        var twice = new DyingEngine(deaths: 2, after: 0);
        var sink = new Sink();

        Assert.Equal("ab", string.Concat(await Ask(await Start(early), QueueServer.Owner, "arithmetic")));
        foreach (var engine in new[] { late, twice })
        {
            await using var server = await Start(engine, sink);
            var problem = await Assert.ThrowsAsync<ApiProblem>(() => Ask(server, QueueServer.Owner, "arithmetic"));
            Assert.Equal(ProblemKind.Unavailable, problem.Kind);
        }

        Assert.Equal(["a", ""], sink.Invocations.Select(one => one.Completions[0].Text));
        Assert.All(sink.Invocations, one => Assert.NotNull(one.Problem));
    }

    [Fact]
    public async Task What_the_engine_refuses_is_the_requests_fault_and_a_full_queue_is_not()
    {
        await using var refusing = await Start(new FailingEngine(new EngineRequestException(["The prompt has 9 tokens."])));
        await using var busy = await Start(new FailingEngine(new EngineBusyException(TimeSpan.FromSeconds(3))));

        var refused = await Assert.ThrowsAsync<ApiProblem>(() => Ask(refusing, QueueServer.Owner, "arithmetic"));
        var full = await Assert.ThrowsAsync<ApiProblem>(() => Ask(busy, QueueServer.Owner, "arithmetic"));

        Assert.Equal((ProblemKind.Invalid, "The prompt has 9 tokens."), (refused.Kind, refused.Message));
        Assert.Equal((ProblemKind.TooMany, TimeSpan.FromSeconds(3)), (full.Kind, full.RetryAfter));
    }

    [Fact]
    public async Task An_account_that_asks_for_too_much_at_once_leaves_room_for_others()
    {
        await using var server = await Start(new StubEngine { BetweenPieces = TimeSpan.FromMilliseconds(200) }, batch: 1, waiting: 4);

        var asked = Enumerable.Range(0, 8).Select(_ => Ask(server, QueueServer.Owner, "arithmetic")).ToArray();
        var other = Ask(server, QueueServer.Stranger, "arithmetic");

        await Assert.ThrowsAsync<ApiProblem>(() => Task.WhenAll(asked));
        Assert.Equal(4, asked.Count(one => one.IsFaulted));
        Assert.Equal(4, (await other).Count);
        Assert.NotEmpty(await Ask(server, QueueServer.Owner, "arithmetic"));
    }

    [Fact]
    public async Task A_key_without_the_scope_asks_nothing()
    {
        await using var server = await Start();

        var problem = await Assert.ThrowsAsync<ApiProblem>(() => Ask(server, QueueServer.Owner with { Scopes = KeyScopes.Read }, "arithmetic"));

        Assert.Equal(ProblemKind.Forbidden, problem.Kind);
    }

    static Task<TestServer> Start(IEngine? engine = null, Sink? sink = null, int batch = 64, int waiting = 256) => TestServer.Start(
        settings => settings with { ModelFolders = [Path.Combine(QueueServer.Repository, "models")], Batch = batch, Waiting = waiting },
        services =>
        {
            services.AddSingleton(engine ?? new StubEngine());
            if (sink is not null)
            {
                services.AddSingleton<IInvocationSink>(sink);
            }
        });

    static async Task<List<string>> Ask(TestServer server, Caller caller, string model)
    {
        List<string> pieces = [];
        await foreach (var piece in server.Services.GetRequiredService<IInference>().Generate(caller, model, _question, default))
        {
            pieces.Add(piece.Text);
        }

        return pieces;
    }

    sealed class Sink : IInvocationSink
    {
        public List<Invocation> Invocations { get; } = [];

        public Task Record(Invocation invocation, CancellationToken stop)
        {
            Invocations.Add(invocation);
            return Task.CompletedTask;
        }
    }

    class FailingEngine(Exception failure) : IEngine
    {
        public virtual async IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
        {
            await Task.Yield();
            throw failure;
#pragma warning disable CS0162 // An iterator needs a yield.
            yield break;
#pragma warning restore CS0162
        }

        public Task<int> CountTokens(GenerateRequest request, CancellationToken stop) => throw failure;

        public Task Train(TrainRequest request, Action<TrainingNews> news, CancellationToken stop) => throw failure;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    sealed class DyingEngine(int deaths, int after) : FailingEngine(new EngineFailedException("dead"))
    {
        int _deaths = deaths;

        public override async IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
        {
            string[] pieces = ["a", "b"];
            for (int i = 0; i < pieces.Length; i++)
            {
                await Task.Yield();
                if (i == after && _deaths-- > 0)
                {
                    throw new EngineFailedException("it was killed");
                }

                yield return new GeneratedPiece(0, pieces[i], [], i == 1 ? FinishReason.Stop : null, Usage: i == 1 ? new TokenUsage(1, 0, 2) : null);
            }
        }
    }
}
