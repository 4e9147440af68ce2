using System.Runtime.CompilerServices;
using Hone.Jobs.Engine;

namespace Hone.Server.Tests.Support;

/// <summary>Answers with the last message's words, one piece each, and trains by counting to <see cref="Steps"/>.</summary>
sealed class StubEngine : IEngine
{
    readonly List<GenerateRequest> _requests = [];

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<GenerateRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>What is answered in place of the last message, where a test wants it.</summary>
    public Func<GenerateRequest, string>? Answer { get; set; }

    public TimeSpan BetweenPieces { get; set; }

    /// <summary>Called when an answer ends, whole or broken off.</summary>
    public Action? Ended { get; set; }

    /// <summary>Tells the token that ends an answer, as engines do: it has no text.</summary>
    public bool TellsEndTokens { get; set; }

    public int Steps { get; set; } = 3;

    public async IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        lock (_requests)
        {
            _requests.Add(request);
        }

        string text = Answer?.Invoke(request) ?? request.Messages?[^1].Content ?? Raw(request);
        try
        {
            string[] words = text.Split(' ');
            int most = Math.Min(words.Length, request.MaxTokens ?? int.MaxValue);
            for (int index = 0; index < request.Count; index++)
            {
                for (int i = 0; i < most; i++)
                {
                    await Task.Delay(BetweenPieces, stop);
                    string word = i == 0 ? words[i] : " " + words[i];
                    yield return new GeneratedPiece(index, word, Chances(request, word));
                }

                bool isLast = index == request.Count - 1;
                yield return new GeneratedPiece(
                    index, "", TellsEndTokens ? Chances(request, "") : [], most < words.Length ? FinishReason.Length : FinishReason.Stop,
                    Usage: isLast ? new TokenUsage(Prompt(request), 0, most * request.Count) : null);
            }
        }
        finally
        {
            Ended?.Invoke();
        }
    }

    public Task<int> CountTokens(GenerateRequest request, CancellationToken stop) => Task.FromResult(Prompt(request));

    public async Task Train(TrainRequest request, Action<TrainingNews> news, CancellationToken stop)
    {
        Directory.CreateDirectory(request.RunFolder);
        for (int step = 1; step <= Steps; step++)
        {
            await Task.Delay(BetweenPieces, stop);
            news(new TrainingNews("step", step, Steps, ""));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static int Prompt(GenerateRequest request) =>
        request.Messages?.Sum(message => message.Content.Split(' ').Length) ?? Raw(request).Split(' ').Length;

    static string Raw(GenerateRequest request) => request.Text ?? string.Join(' ', request.Tokens!);

    static IReadOnlyList<DrawnToken> Chances(GenerateRequest request, string word) =>
        request.TopLogProbabilities is { } top
            ? [new(Chance(0, word), [.. Enumerable.Range(0, top).Select(i => Chance(i, word))])]
            : [];

    static TokenChance Chance(int id, string word) => new(id, word, System.Text.Encoding.UTF8.GetBytes(word), -0.5f * (id + 1));
}
