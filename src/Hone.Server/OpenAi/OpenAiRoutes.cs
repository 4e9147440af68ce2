using Hone.Server.OpenAi.Chat;
using Hone.Server.OpenAi.Completions;
using Hone.Server.OpenAi.FineTuning;
using Hone.Server.OpenAi.Responses;
using Hone.Server.OpenAi.Uploads;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.OpenAi;

/// <summary>The routes below <c>/v1</c>, with what the OpenAPI document says of them.</summary>
sealed class OpenAiRoutes(IEndpointRouteBuilder app)
{
    string _tag = "";

    public void MapAll()
    {
        Group("Files", FilesApi.Map);
        Group("Fine-tuning", JobsApi.Map);
        Group("Fine-tuning", EventsApi.Map);
        Group("Graders", GradersApi.Map);
        Group("Models", ModelsApi.Map);
        Group("Chat", ChatApi.Map);
        Group("Responses", ResponsesApi.Map);
        Group("Completions", CompletionsApi.Map);
    }

    public OpenAiRoute Get(string path, string summary, RequestDelegate answer) => Add("GET", path, summary, answer);

    public OpenAiRoute Post(string path, string summary, RequestDelegate answer) => Add("POST", path, summary, answer);

    public OpenAiRoute Delete(string path, string summary, RequestDelegate answer) => Add("DELETE", path, summary, answer);

    void Group(string tag, Action<OpenAiRoutes> map)
    {
        _tag = tag;
        map(this);
    }

    OpenAiRoute Add(string method, string path, string summary, RequestDelegate answer) =>
        new(app.MapMethods($"/v1/{path}", [method], answer), new RouteText(_tag, summary));
}

/// <summary>A route while it is described.</summary>
sealed class OpenAiRoute
{
    RouteText _text;

    public OpenAiRoute(IEndpointConventionBuilder endpoint, RouteText text)
    {
        _text = text;
        endpoint.Add(built => built.Metadata.Add(_text));
    }

    public OpenAiRoute Takes(string body) => Say(_text with { Body = body });

    public OpenAiRoute TakesJson() => Takes("application/json");

    public OpenAiRoute Answers(string kind) => Say(_text with { Answer = kind });

    public OpenAiRoute Queries(params string[] names) => Say(_text with { Query = names });

    OpenAiRoute Say(RouteText text)
    {
        _text = text;
        return this;
    }
}
