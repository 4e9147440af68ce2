using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Registry;

namespace Hone.Server.Inference;

/// <summary>Answers through the engine of this node.</summary>
sealed class EngineInference(Func<IEngine> engine, IModels models, InferenceTurns turns, InvocationBook book) : IInference
{
    static readonly TimeSpan _again = TimeSpan.FromMilliseconds(500);

    public async IAsyncEnumerable<GeneratedPiece> Generate(
        Caller caller, string model, GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        caller.Require(KeyScopes.Infer);
        var served = await Servable(caller, model, stop);
        using var turn = turns.Take(caller);
        var asked = Fill(request, served) with { Scope = caller.Account };
        var entry = book.Begin(caller, served, asked);
        try
        {
            await foreach (var piece in Pieces(asked, entry, stop))
            {
                entry.Take(piece);
                yield return piece;
            }
        }
        finally
        {
            await book.End(entry);
        }
    }

    public async Task<int> CountTokens(Caller caller, string model, GenerateRequest request, CancellationToken stop)
    {
        caller.Require(KeyScopes.Infer);
        var asked = Fill(request, await Servable(caller, model, stop));
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await engine().CountTokens(asked, stop);
            }
            catch (EngineFailedException) when (tries == 1)
            {
                await Task.Delay(_again, stop);
            }
            catch (Exception e) when (Failure.Describe(e) is { } problem)
            {
                throw problem;
            }
        }
    }

    // An engine that dies is started again by who asks it next. What nobody has read yet can be asked for again; the same pieces would come.
    async IAsyncEnumerable<GeneratedPiece> Pieces(GenerateRequest request, InvocationEntry entry, [EnumeratorCancellation] CancellationToken stop)
    {
        var pieces = engine().Generate(request, stop).GetAsyncEnumerator(stop);
        bool any = false;
        try
        {
            while (true)
            {
                bool more;
                try
                {
                    more = await pieces.MoveNextAsync();
                }
                catch (EngineFailedException) when (!any)
                {
                    any = true;
                    await pieces.DisposeAsync();
                    await Task.Delay(_again, stop);
                    pieces = engine().Generate(request, stop).GetAsyncEnumerator(stop);
                    continue;
                }
                catch (Exception e) when (Failure.Describe(e) is { } problem)
                {
                    entry.Problem = problem;
                    ExceptionDispatchInfo.Throw(problem);
                    throw;
                }

                if (!more)
                {
                    yield break;
                }

                any = true;
                yield return pieces.Current;
            }
        }
        finally
        {
            await pieces.DisposeAsync();
        }
    }

    async Task<ServedModel> Servable(Caller caller, string reference, CancellationToken stop)
    {
        var model = await models.Find(caller, reference, stop);
        if (model.Status == ModelStatus.Creating)
        {
            throw new ApiProblem(ProblemKind.TooMany, $"The model {model.Id} is still being made; try again in a moment.")
            {
                Parameter = "model",
                Code = "ModelNotReadyException",
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        if (model.Status == ModelStatus.Failed)
        {
            throw ApiProblem.Invalid($"The model {model.Id} cannot be used: {model.Failure}", "model");
        }

        return model.Adapter is { } adapter && !Directory.Exists(adapter)
            ? throw Failure.Away($"The adapter of {model.Id} is not on this node; nodes that share a queue need one data folder.")
            : model;
    }

    static GenerateRequest Fill(GenerateRequest request, ServedModel model) => request with
    {
        Model = model.Folder,
        Adapter = model.Adapter,
        Template = model.Template,
        EndTokens = model.EndTokens,
    };
}
