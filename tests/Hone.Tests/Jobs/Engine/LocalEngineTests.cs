using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Models;
using Hone.Models.Generation;
using Hone.Tensors;
using Hone.Text;
using Hone.Training;

namespace Hone.Tests.Jobs.Engine;

public sealed class LocalEngineTests : IDisposable
{
    static readonly string _model = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../../models/arithmetic"));

    readonly TestFolder _folder = new();
    readonly LocalEngine _engine = new(new() { CacheBytes = 64 << 20 });

    public void Dispose()
    {
        _engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_answer_is_that_of_the_generator_alone_whatever_else_is_asked()
    {
        string adapter = SaveAdapter("one", 1);
        GenerateRequest[] requests =
        [
            .. Enumerable.Range(0, 24).Select(i => Ask($"What is {i * 17} + {i}?") with
            {
                Seed = (ulong)i,
                Adapter = i % 3 == 0 ? adapter : null,
                TopLogProbabilities = 0,
                Sampling = new() { Temperature = i % 4 == 0 ? 0 : 0.9f },
            }),
        ];

        var answers = await Task.WhenAll(requests.Select(request => All(request)));

        using var model = LanguageModel.Load(_model, new CpuDevice());
        using var loaded = LoraAdapter.Load(model.Decoder, adapter);
        using var generator = new Generator(model.Decoder, 1);
        for (int i = 0; i < requests.Length; i++)
        {
            model.Decoder.Attach(requests[i].Adapter is null ? null : loaded);
            var alone = generator.Generate([Alone(model, requests[i])])[0][0];
            var drawn = answers[i].SelectMany(piece => piece.Tokens).ToArray();
            Assert.Equal(alone.Tokens, drawn.Select(token => token.Token.Id));
            Assert.Equal(alone.LogProbabilities, drawn.Select(token => token.Token.LogProbability));
            Assert.Equal(model.Decode(alone.Tokens), Text(answers[i]));
        }
    }

    [Fact]
    public async Task Several_completions_come_with_their_numbers_and_the_usage_at_the_very_end()
    {
        var pieces = await All(Ask("What is 2 + 3?") with { Count = 3, Sampling = new() { Temperature = 1.5f } });

        Assert.Equal([0, 1, 2], pieces.Where(piece => piece.Finish is not null).Select(piece => piece.Index).Order());
        Assert.Equal(pieces.Count - 1, pieces.FindIndex(piece => piece.Usage is not null));
        Assert.Equal(await _engine.CountTokens(Ask("What is 2 + 3?"), default), pieces[^1].Usage!.Prompt);
    }

    [Fact]
    public async Task A_stop_text_ends_the_answer_and_is_never_shown_in_part()
    {
        var request = Ask("What is 12 + 30?") with { LogitBias = new Dictionary<int, float> { [0] = -1000 }, TopLogProbabilities = 2 };
        string whole = Text(await All(request));
        string stop = whole[(whole.Length / 2)..(whole.Length / 2 + 3)];
        int at = whole.IndexOf(stop, StringComparison.Ordinal);

        var pieces = await All(request with { Stop = ["nowhere", stop] });

        Assert.Equal(whole[..at], Text(pieces));
        Assert.Equal((FinishReason.StopText, stop), (pieces[^1].Finish, pieces[^1].StopText));
        Assert.Equal(whole[..at], string.Concat(pieces.SelectMany(piece => piece.Tokens).Select(token => token.Token.Text)));
    }

    [Fact]
    public async Task A_schema_holds_the_answer()
    {
        var schema = JsonNode.Parse("""{"type":"object","properties":{"sum":{"type":"integer"},"sure":{"type":"boolean"}},"required":["sum","sure"]}""");

        string answer = Text(await All(Ask("What is 12 + 30?") with { Schema = schema, MaxTokens = 100, Sampling = new() { Temperature = 0 } }));

        Assert.Equal(["sum", "sure"], JsonNode.Parse(answer)!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task An_adapter_that_was_replaced_is_read_again()
    {
        string adapter = SaveAdapter("best", 1);
        var request = Ask("What is 7 + 8?") with { Adapter = adapter, TopLogProbabilities = 0, Sampling = new() { Temperature = 0 }, MaxTokens = 4 };
        var first = await All(request);
        Directory.Delete(adapter, recursive: true);
        SaveAdapter("best", 5);

        var second = await All(request);

        Assert.NotEqual(Chances(first), Chances(second));
        Assert.Equal(Chances(second), Chances(await All(request)));
    }

    [Fact]
    public async Task What_was_there_before_is_told_as_cached()
    {
        var request = Ask(string.Concat(Enumerable.Repeat("What is 12 + 30? ", 8)));

        var first = await All(request);
        var second = await All(request);

        Assert.Equal(0, first[^1].Usage!.Cached);
        Assert.InRange(second[^1].Usage!.Cached, second[^1].Usage!.Prompt - 16, second[^1].Usage!.Prompt - 1);
        Assert.Equal(Text(first), Text(second));
    }

    [Fact]
    public async Task A_request_that_cannot_be_answered_is_told_every_reason()
    {
        var problem = await Assert.ThrowsAsync<EngineRequestException>(() => All(new GenerateRequest
        {
            Model = _model,
            Count = 0,
            MaxTokens = 0,
            Sampling = new() { Temperature = -1, TopP = 2 },
        }));

        Assert.Equal(5, problem.Problems.Count);
    }

    [Theory]
    [InlineData("/nowhere", null, "does not exist")]
    [InlineData(null, "/nowhere", "/nowhere")]
    public async Task A_folder_that_is_not_there_is_the_requests_fault(string? model, string? adapter, string part)
    {
        var problem = await Assert.ThrowsAsync<EngineRequestException>(() => All(Ask("hello") with { Model = model ?? _model, Adapter = adapter }));

        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_can_wait_is_turned_away_and_a_caller_that_leaves_makes_room()
    {
        await using var small = new LocalEngine(new() { Batch = 1, Waiting = 1, CacheBytes = 16 << 20 });
        using var stop = new CancellationTokenSource();
        var request = Ask("What is 1 + 1?") with { MaxTokens = 1000, Stop = ["never"], LogitBias = new Dictionary<int, float> { [0] = -1000 } };
        Task[] busy = [.. Enumerable.Range(0, 2).Select(_ => All(request, small, stop.Token))];
        await Task.Yield();

        var refused = await Assert.ThrowsAsync<EngineBusyException>(() => All(request, small));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(busy));
        List<GeneratedPiece>? answer = null;
        while (answer is null)
        {
            answer = await Record.ExceptionAsync(async () => answer = await All(request with { MaxTokens = 2 }, small)) is null ? answer : null;
        }

        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.Equal(FinishReason.Length, answer[^1].Finish);
    }

    static GenerateRequest Ask(string text) => new() { Model = _model, Messages = [new ChatMessage("user", text)], MaxTokens = 40 };

    static GenerationRequest Alone(LanguageModel model, GenerateRequest request) => new()
    {
        Prompt = model.Encode(request.Messages!),
        MaxTokens = request.MaxTokens!.Value,
        Sampling = request.Sampling,
        Key = new RandomKey(request.Seed, RandomPurpose.Completions, 0, 0),
        EndTokens = model.EndTokens,
    };

    async Task<List<GeneratedPiece>> All(GenerateRequest request, LocalEngine? engine = null, CancellationToken stop = default)
    {
        List<GeneratedPiece> pieces = [];
        await foreach (var piece in (engine ?? _engine).Generate(request, stop))
        {
            pieces.Add(piece);
        }

        return pieces;
    }

    static string Text(IEnumerable<GeneratedPiece> pieces) => string.Concat(pieces.Select(piece => piece.Text));

    static float[] Chances(IEnumerable<GeneratedPiece> pieces) => [.. pieces.SelectMany(piece => piece.Tokens).Select(token => token.Token.LogProbability)];

    string SaveAdapter(string name, int seed)
    {
        using var model = LanguageModel.Load(_model, new CpuDevice());
        using var adapter = LoraAdapter.Create(model.Decoder, new() { Rank = 4, Alpha = 8, BaseModel = _model }, (ulong)seed);
        Hone.Tests.Models.RandomDecoder.Perturb(model.Decoder, adapter, seed, 0.02);
        adapter.Save(_folder.In(name));
        return _folder.In(name);
    }

    static string Here([CallerFilePath] string here = "") => here;
}
