using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Inference;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Chat;

/// <summary>Chat completions.</summary>
static class ChatApi
{
    public static void Map(OpenAiRoutes routes) =>
        routes.Post("chat/completions", Create);

    static async Task Create(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Infer);
        var question = await context.ReadJson(ChatQuestion.Read);
        var shape = new ChatObject(question, context.Service<TimeProvider>().GetUtcNow());
        var pieces = context.Service<IInference>().Generate(caller, question.Model, question.Request, context.RequestAborted);
        await (question.Streams ? Stream(context, question, shape, pieces) : Whole(context, question, shape, pieces));
    }

    static async Task Whole(HttpContext context, ChatQuestion question, ChatObject shape, IAsyncEnumerable<GeneratedPiece> pieces)
    {
        var choices = Enumerable.Range(0, question.Request.Count).Select(index => new ChatChoice(index, question.Tools)).ToArray();
        TokenUsage? usage = null;
        await foreach (var piece in pieces.WithCancellation(context.RequestAborted))
        {
            choices[piece.Index].Push(piece);
            usage = piece.Usage ?? usage;
        }

        await context.Answer(shape.Whole([.. choices.Select(choice => choice.Json())], usage));
    }

    /// <summary>The first piece is waited for before the answer begins, so that a refusal still has its status code.</summary>
    static async Task Stream(HttpContext context, ChatQuestion question, ChatObject shape, IAsyncEnumerable<GeneratedPiece> pieces)
    {
        await using var next = pieces.GetAsyncEnumerator(context.RequestAborted);
        bool more = await next.MoveNextAsync();
        var stream = new ServerSentEvents(context);
        var texts = Enumerable.Range(0, question.Request.Count).Select(_ => new ChatStream(question.Tools)).ToArray();
        await stream.Run(
            async () =>
            {
                for (; more; more = await next.MoveNextAsync())
                {
                    var piece = next.Current;
                    foreach (var chunk in texts[piece.Index].Chunks(piece, shape))
                    {
                        await stream.Send(chunk);
                    }

                    if (piece.Usage is { } usage && question.IncludesUsage)
                    {
                        await stream.Send(shape.UsageChunk(usage));
                    }
                }

                await stream.Done();
            },
            problem => stream.Send(ProblemShape.OpenAi(problem).Body));
    }
}
