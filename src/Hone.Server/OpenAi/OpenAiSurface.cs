namespace Hone.Server.OpenAi;

/// <summary>The API that OpenAI's SDKs speak, below <c>/v1</c>.</summary>
static class OpenAiSurface
{
    public static void MapOpenAi(this WebApplication app) => new OpenAiRoutes(app).MapAll();
}
