using System.Text;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Logging;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Inference;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>InvokeModel, Converse, their streams, and CountTokens.</summary>
sealed class RuntimeRoutes(IInference inference, IInvocationLog log, TimeProvider clock)
{
    const int MostMetadata = 16;
    const int LongestMetadata = 256;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/model/{**rest}", (HttpContext context, RuntimeRoutes bedrock) => bedrock.Call(context));

    Task Call(HttpContext context)
    {
        string rest = (string?)context.Request.RouteValues["rest"] ?? "";
        string operation = rest[Math.Max(0, rest.LastIndexOf('/'))..];
        return operation switch
        {
            "/invoke" => Invoke(context, context.Reference(operation)),
            "/invoke-with-response-stream" => InvokeStream(context, context.Reference(operation)),
            "/converse" => Converse(context, context.Reference(operation)),
            "/converse-stream" => ConverseStream(context, context.Reference(operation)),
            "/count-tokens" => CountTokens(context, context.Reference(operation)),
            _ => throw References.NoOperation(context),
        };
    }

    async Task Invoke(HttpContext context, string model)
    {
        var exchange = Exchange(context, model, "InvokeModel");
        var body = await Body(context, model, exchange);
        await exchange.Whole(body.Request, body.Whole);
    }

    async Task InvokeStream(HttpContext context, string model)
    {
        var exchange = Exchange(context, model, "InvokeModelWithResponseStream");
        var body = await Body(context, model, exchange);
        await exchange.Stream(body.Request, (piece, times) => Chunks(body, piece, times), body.Whole);
    }

    async Task Converse(HttpContext context, string model)
    {
        var exchange = Exchange(context, model, "Converse");
        var request = await Conversation(context, exchange);
        await exchange.Whole(
            request,
            answer => ConverseAnswer.Whole(answer, request.Tools is not null),
            (body, milliseconds) =>
            {
                body["metrics"] = new JsonObject { ["latencyMs"] = milliseconds };
                return body;
            });
    }

    async Task ConverseStream(HttpContext context, string model)
    {
        var exchange = Exchange(context, model, "ConverseStream");
        var request = await Conversation(context, exchange);
        var events = new ConverseEvents(request.Tools is not null);
        bool begun = false;
        IEnumerable<(string, JsonObject)> Of(GeneratedPiece piece, StreamTimes times)
        {
            IEnumerable<(string, JsonObject)> made = [.. begun ? [] : ConverseEvents.Begin(), .. events.Add(piece)];
            begun = true;
            if (piece.Finish is { } finish)
            {
                made = made.Concat(events.End(finish));
            }

            return piece.Usage is not { } usage ? made : made.Append(("metadata", new JsonObject
            {
                ["usage"] = ConverseAnswer.Usage(usage),
                ["metrics"] = new JsonObject { ["latencyMs"] = times.Now },
            }));
        }

        await exchange.Stream(request, Of, answer => ConverseAnswer.Whole(answer, request.Tools is not null));
    }

    async Task CountTokens(HttpContext context, string model)
    {
        var caller = context.Caller(KeyScopes.Infer);
        var request = await context.ReadForm(form =>
        {
            form.Require("input", "an object with invokeModel or converse");
            return form.Object("input", input =>
            {
                input.RequireOneOf("invokeModel", "converse");
                return input.Object("converse", body => ConverseForm.Asked(body, ConverseForm.Sampled(ConverseForm.Plain(), body)))
                    ?? input.Object("invokeModel", invoked => Base64(invoked, model)) ?? ConverseForm.Plain();
            });
        });
        int tokens = await inference.CountTokens(caller, model, request, context.RequestAborted);
        await context.Write(200, new JsonObject { ["inputTokens"] = tokens });
    }

    static GenerateRequest? Base64(Form invoked, string model)
    {
        string text = invoked.RequiredText("body");
        byte[] bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out int length) && length > 0)
        {
            return ModelBodies.Read(bytes[..length], model).Request;
        }

        invoked.Problem($"{invoked.At("body")} needs to be an InvokeModel body in base64.");
        return null;
    }

    ModelExchange Exchange(HttpContext context, string model, string operation) =>
        new(context, context.Caller(KeyScopes.Infer), operation, model, inference, log, clock);

    static async Task<IModelBody> Body(HttpContext context, string model, ModelExchange exchange)
    {
        foreach (string guardrail in (ReadOnlySpan<string>)["X-Amzn-Bedrock-GuardrailIdentifier", "X-Amzn-Bedrock-GuardrailVersion"])
        {
            if (context.Request.Headers.ContainsKey(guardrail))
            {
                throw ApiProblem.Invalid("Guardrails are not offered here; leave guardrailIdentifier and guardrailVersion out.");
            }
        }

        byte[] bytes = await context.ReadBytes();
        var body = ModelBodies.Read(bytes, model);
        exchange.Input = JsonNode.Parse(bytes)!;
        exchange.Metadata = HeaderMetadata(context);
        return body;
    }

    static async Task<GenerateRequest> Conversation(HttpContext context, ModelExchange exchange)
    {
        var json = RequestBody.Parse(await context.ReadBytes());
        var request = RequestBody.ReadForm(json, form =>
        {
            exchange.Metadata = form.Pairs("requestMetadata", MostMetadata, LongestMetadata);
            return ConverseForm.Read(form);
        });
        exchange.Input = JsonObject.Create(json)!;
        return request;
    }

    // A JSON object, plain or in base64, which is how SDKs write JSON into a header.
    static IReadOnlyDictionary<string, string>? HeaderMetadata(HttpContext context)
    {
        if (context.Request.Headers["X-Amzn-Bedrock-Request-Metadata"].ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        byte[] bytes = new byte[text.Length];
        text = !text.StartsWith('{') && Convert.TryFromBase64String(text, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : text;
        return RequestBody.ReadForm(
            RequestBody.Parse(Encoding.UTF8.GetBytes($"{{\"requestMetadata\":{text}}}")),
            form => form.Pairs("requestMetadata", MostMetadata, LongestMetadata));
    }

    static IEnumerable<(string, JsonObject)> Chunks(IModelBody body, GeneratedPiece piece, StreamTimes times)
    {
        List<JsonObject> chunks = [.. body.Chunks(piece)];
        if (piece.Usage is { } usage)
        {
            chunks[^1]["amazon-bedrock-invocationMetrics"] = new JsonObject
            {
                ["inputTokenCount"] = usage.Prompt,
                ["outputTokenCount"] = usage.Completion,
                ["invocationLatency"] = times.Now,
                ["firstByteLatency"] = times.FirstByte,
            };
        }

        return chunks.Select(chunk => ("chunk", new JsonObject { ["bytes"] = Convert.ToBase64String(Answers.Bytes(chunk)) }));
    }
}
