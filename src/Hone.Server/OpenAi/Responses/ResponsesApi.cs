using System.Text;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Inference;
using Hone.Server.OpenAi.Chat;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Responses;

/// <summary>Responses. None is kept: what a conversation needs is in the request.</summary>
static class ResponsesApi
{
    public static void Map(OpenAiRoutes routes) =>
        routes.Post("responses", Create);

    static async Task Create(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Infer);
        var question = await context.ReadJson(ResponseQuestion.Read);
        var shape = new ResponseObject(question, context.Service<TimeProvider>());
        var pieces = context.Service<IInference>().Generate(caller, question.Model, question.Request, context.RequestAborted);
        await (question.Streams ? Stream(context, question, shape, pieces) : Whole(context, question, shape, pieces));
    }

    static async Task Whole(HttpContext context, ResponseQuestion question, ResponseObject shape, IAsyncEnumerable<GeneratedPiece> pieces)
    {
        var answer = new AnswerText(question.Tools);
        var text = new StringBuilder();
        var tokens = new List<DrawnToken>();
        TokenUsage? usage = null;
        FinishReason finish = default;
        await foreach (var piece in pieces.WithCancellation(context.RequestAborted))
        {
            text.Append(answer.Push(piece.Text));
            tokens.AddRange(piece.Tokens);
            (usage, finish) = (piece.Usage ?? usage, piece.Finish ?? finish);
        }

        var (rest, calls) = answer.Finish();
        text.Append(rest);
        string status = finish == FinishReason.Length ? "incomplete" : "completed";
        var output = new JsonArray();
        if (calls.Count == 0 || !string.IsNullOrWhiteSpace(text.ToString()))
        {
            output.Add((JsonNode)OutputItems.Message(OutputItems.MessageId(), status, OutputItems.Text(text.ToString(), tokens)));
        }

        foreach (var call in calls)
        {
            output.Add((JsonNode)OutputItems.Call(call));
        }

        await context.Answer(shape.Of(status, output, usage));
    }

    static async Task Stream(HttpContext context, ResponseQuestion question, ResponseObject shape, IAsyncEnumerable<GeneratedPiece> pieces)
    {
        await using var next = pieces.GetAsyncEnumerator(context.RequestAborted);
        bool more = await next.MoveNextAsync();
        var stream = new ServerSentEvents(context);
        var events = new ResponseStream(question, shape, stream);
        await stream.Run(
            async () =>
            {
                await events.Begin();
                for (; more; more = await next.MoveNextAsync())
                {
                    await events.Push(next.Current);
                }

                await events.End();
            },
            events.Fail);
    }
}
