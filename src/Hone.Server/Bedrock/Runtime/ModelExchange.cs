using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Logging;
using Hone.Server.Inference;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>One call of a model: it is answered whole or as a stream, and logged either way.</summary>
sealed class ModelExchange(
    HttpContext context, Caller caller, string operation, string model, IInference inference, IInvocationLog log, TimeProvider clock)
{
    readonly DateTimeOffset _at = clock.GetUtcNow();
    readonly long _started = clock.GetTimestamp();

    /// <summary>The request's body, for the log.</summary>
    public JsonNode Input { get; set; } = new JsonObject();

    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    long Milliseconds => (long)clock.GetElapsedTime(_started).TotalMilliseconds;

    /// <param name="request">What is asked for.</param>
    /// <param name="write">Makes the body that is logged.</param>
    /// <param name="add">Adds what is answered and not logged; it hears the milliseconds that the call took.</param>
    public async Task Whole(GenerateRequest request, Func<WholeAnswer, JsonObject> write, Func<JsonObject, long, JsonObject>? add = null)
    {
        var answer = new WholeAnswer();
        try
        {
            await foreach (var piece in inference.Generate(caller, model, request, context.RequestAborted))
            {
                answer.Add(piece);
            }
        }
        catch (ApiProblem problem)
        {
            await Log(null, answer, ProblemShape.Bedrock(problem).Type);
            throw;
        }

        var body = write(answer);
        await Log(body, answer, null);
        long milliseconds = Milliseconds;
        var headers = context.Response.Headers;
        headers["X-Amzn-Bedrock-Invocation-Latency"] = milliseconds.ToString();
        headers["X-Amzn-Bedrock-Input-Token-Count"] = answer.Usage.Prompt.ToString();
        headers["X-Amzn-Bedrock-Output-Token-Count"] = answer.Usage.Completion.ToString();
        await context.Write(200, add?.Invoke(body, milliseconds) ?? body);
    }

    /// <summary>
    /// Answers with an event stream. What goes wrong before the first piece is an HTTP error; afterwards it is the stream's last message.
    /// </summary>
    public async Task Stream(
        GenerateRequest request, Func<GeneratedPiece, StreamTimes, IEnumerable<(string Type, JsonObject Payload)>> events,
        Func<WholeAnswer, JsonObject> logged)
    {
        var (stream, answer) = (new EventStream(context), new WholeAnswer());
        long firstByte = 0;
        try
        {
            await foreach (var piece in inference.Generate(caller, model, request, context.RequestAborted))
            {
                answer.Add(piece);
                if (!context.Response.HasStarted)
                {
                    await stream.Begin();
                    firstByte = Milliseconds;
                }

                foreach (var (type, payload) in events(piece, new(Milliseconds, firstByte)))
                {
                    await stream.Event(type, payload);
                }
            }

            await Log(logged(answer), answer, null);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            var problem = Failure.Describe(e) ?? new ApiProblem(ProblemKind.Defect, "The server failed over this request; its log says how.");
            await Log(null, answer, ProblemShape.Bedrock(problem).Type);
            if (!context.Response.HasStarted)
            {
                throw;
            }

            await stream.Failure(problem);
        }
    }

    Task Log(JsonNode? output, WholeAnswer answer, string? error) => log.Write(new LoggedCall(
        caller, context.TraceIdentifier, _at, operation, model, Input, output, answer.Usage.Prompt, answer.Usage.Completion, Metadata, error));
}

/// <summary>Milliseconds since the call began, now and at the first piece.</summary>
readonly record struct StreamTimes(long Now, long FirstByte);
