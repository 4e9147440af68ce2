using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Inference;
using Hone.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Dashboard.Stage;

/// <summary>As much of OpenAI's surface as the dashboard uses: uploads and chat that streams.</summary>
sealed class StagedSurface : IStartupFilter
{
    static readonly Caller _caller = new(Caller.FirstAccount, "staged", KeyScopes.All);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", "/v1/files") => Upload(context),
            ("POST", "/v1/chat/completions") => Chat(context),
            _ => rest(context),
        });
        next(app);
    };

    static async Task Upload(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var file = form.Files[0];
        await using var content = file.OpenReadStream();
        var stored = await context.RequestServices.GetRequiredService<IFiles>().Add(_caller, file.FileName, form["purpose"]!, content, null, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(new { id = stored.Id, filename = stored.Name });
    }

    static async Task Chat(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var messages = body["messages"]!.AsArray().Select(one => new ChatMessage((string)one!["role"]!, (string)one["content"]!));
        context.Response.ContentType = "text/event-stream";
        var request = new GenerateRequest { Model = "", Messages = [.. messages] };
        await foreach (var piece in context.RequestServices.GetRequiredService<IInference>().Generate(_caller, (string)body["model"]!, request, context.RequestAborted))
        {
            var chunk = new
            {
                choices = new[] { new { index = 0, delta = new { content = piece.Text }, finish_reason = piece.Finish is null ? null : "stop" } },
                usage = piece.Usage is null ? null : new { completion_tokens = piece.Usage.Completion },
            };
            await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n");
            await context.Response.Body.FlushAsync();
        }

        await context.Response.WriteAsync("data: [DONE]\n\n");
    }
}
