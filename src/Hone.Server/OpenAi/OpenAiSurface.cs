namespace Hone.Server.OpenAi;

/// <summary>The API that OpenAI's SDKs speak, below <c>/v1</c>.</summary>
static class OpenAiSurface
{
    /// <summary>Comes before authentication, so that its refusals have this surface's shape too.</summary>
    public static void UseOpenAi(this WebApplication app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/v1"), branch => branch.Use(SurfaceErrors.Guard));

    public static void MapOpenAi(this WebApplication app) => new OpenAiRoutes(app).MapAll();
}
