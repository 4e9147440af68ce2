using Hone.Server.OpenAi.Chat;
using Hone.Server.OpenAi.Completions;
using Hone.Server.OpenAi.FineTuning;
using Hone.Server.OpenAi.Responses;
using Hone.Server.OpenAi.Uploads;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.OpenAi;

/// <summary>The routes below <c>/v1</c>.</summary>
sealed class OpenAiRoutes(IEndpointRouteBuilder app)
{
    public void MapAll()
    {
        FilesApi.Map(this);
        JobsApi.Map(this);
        EventsApi.Map(this);
        GradersApi.Map(this);
        ModelsApi.Map(this);
        ChatApi.Map(this);
        ResponsesApi.Map(this);
        CompletionsApi.Map(this);
    }

    public void Get(string path, RequestDelegate answer) => app.MapGet($"/v1/{path}", answer);

    public void Post(string path, RequestDelegate answer) => app.MapPost($"/v1/{path}", answer);

    public void Delete(string path, RequestDelegate answer) => app.MapDelete($"/v1/{path}", answer);
}
