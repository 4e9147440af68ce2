using System.Runtime.CompilerServices;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Inference;
using Hone.Server.Registry;

namespace Hone.Server.Tests.Support;

/// <summary>Asks the engine of the test, with the model's folders filled in.</summary>
sealed class InMemoryInference(IModels models, IEngine engine) : IInference
{
    /// <summary>Thrown after so many pieces.</summary>
    public (int Pieces, Exception Failure)? FailAfter { get; set; }

    /// <summary>Requests whose caller went away before the end.</summary>
    public int Cancelled { get; private set; }

    public async IAsyncEnumerable<GeneratedPiece> Generate(
        Caller caller, string model, GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        var found = await models.Find(caller, model, stop);
        using var counts = stop.Register(() => Cancelled++);
        int pieces = 0;
        await foreach (var piece in engine.Generate(Filled(request, found), stop))
        {
            yield return FailAfter is { } fail && pieces++ == fail.Pieces ? throw fail.Failure : piece;
        }
    }

    public async Task<int> CountTokens(Caller caller, string model, GenerateRequest request, CancellationToken stop) =>
        await engine.CountTokens(Filled(request, await models.Find(caller, model, stop)), stop);

    static GenerateRequest Filled(GenerateRequest request, ServedModel model) =>
        request with { Model = model.Folder, Adapter = model.Adapter, Template = model.Template, EndTokens = model.EndTokens };
}
