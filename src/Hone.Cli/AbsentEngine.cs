using Hone.Jobs.Engine;

namespace Hone.Cli;

/// <summary>Stands for an engine that cannot be reached: the server runs, answers and keeps, but trains nothing.</summary>
sealed class AbsentEngine : IEngine
{
    public IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, CancellationToken stop) => throw Away();

    public Task<int> CountTokens(GenerateRequest request, CancellationToken stop) => throw Away();

    public Task Train(TrainRequest request, Action<TrainingNews> news, CancellationToken stop) => throw Away();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static EngineFailedException Away() => new("this program has no engine");
}
