using System.Runtime.CompilerServices;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Inference;
using Hone.Server.Registry;

namespace Hone.Server.Tests.Support;

/// <summary>Asks the engine, with the model's folders filled in.</summary>
sealed class InMemoryInference(IModels models, IEngine engine) : IInference
{
    public async IAsyncEnumerable<GeneratedPiece> Generate(
        Caller caller, string model, GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        var found = await models.Find(caller, model, stop);
        await using var pieces = engine.Generate(Filled(request, found), stop).GetAsyncEnumerator(stop);
        while (await Next(pieces))
        {
            yield return pieces.Current;
        }
    }

    public async Task<int> CountTokens(Caller caller, string model, GenerateRequest request, CancellationToken stop) =>
        await engine.CountTokens(Filled(request, await models.Find(caller, model, stop)), stop);

    static async Task<bool> Next(IAsyncEnumerator<GeneratedPiece> pieces)
    {
        try
        {
            return await pieces.MoveNextAsync();
        }
        catch (EngineBusyException busy)
        {
            throw new ApiProblem(ProblemKind.TooMany, busy.Message) { RetryAfter = busy.RetryAfter };
        }
        catch (EngineRequestException refused)
        {
            throw ApiProblem.Invalid(refused.Message);
        }
    }

    static GenerateRequest Filled(GenerateRequest request, ServedModel model) =>
        request with { Model = model.Folder, Adapter = model.Adapter, Template = model.Template, EndTokens = model.EndTokens };
}
