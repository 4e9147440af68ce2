using Hone.Jobs.Engine;
using Hone.Server.Accounts;

namespace Hone.Server.Inference;

/// <summary>
/// Answers requests through the engine: finds the model, holds the account to its limits, counts tokens, writes the invocation log where it
/// is switched on.
/// </summary>
public interface IInference
{
    /// <param name="model">A reference as the user wrote it.</param>
    /// <param name="request">Its Model, Adapter, Template and EndTokens are filled in here; give Model = "".</param>
    /// <exception cref="ApiProblem">Unknown model, too many requests, a request that cannot be answered, the engine away.</exception>
    IAsyncEnumerable<GeneratedPiece> Generate(Caller caller, string model, GenerateRequest request, CancellationToken stop);

    Task<int> CountTokens(Caller caller, string model, GenerateRequest request, CancellationToken stop);
}
