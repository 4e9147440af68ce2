using Hone.Server.Files;
using Hone.Server.OpenAi.Reading;
using Microsoft.Net.Http.Headers;

namespace Hone.Server.OpenAi.Uploads;

/// <summary>Files that jobs read.</summary>
static class FilesApi
{
    const int MostListed = 10_000;

    public static void Map(OpenAiRoutes routes)
    {
        routes.Post("files", Create);
        routes.Get("files", List);
        routes.Get("files/{file}", Retrieve);
        routes.Get("files/{file}/content", Content);
        routes.Delete("files/{file}", Delete);
    }

    static async Task Create(HttpContext context) => await context.Answer(FileObject.Of(await new UploadForm(context, context.Writer()).Store()));

    static async Task List(HttpContext context)
    {
        var query = new QueryForm(context.Request.Query);
        string? purpose = query.Text("purpose"), after = query.Text("after");
        int limit = query.Count("limit", MostListed, MostListed);
        bool oldestFirst = query.Choice("order", "desc", "asc", "desc") == "asc";
        query.Finish();
        var page = await context.Service<IFiles>().List(context.Reader(), purpose, after, limit, oldestFirst, context.RequestAborted);
        await context.Answer(Answers.List(page.Items.Select(FileObject.Of), page.More));
    }

    static async Task Retrieve(HttpContext context) =>
        await context.Answer(FileObject.Of(await context.Service<IFiles>().Find(context.Reader(), context.Route("file"), context.RequestAborted)));

    static async Task Content(HttpContext context)
    {
        var files = context.Service<IFiles>();
        var caller = context.Reader();
        var file = await files.Find(caller, context.Route("file"), context.RequestAborted);
        await using var content = await files.Open(caller, file.Id, context.RequestAborted);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Name);
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Bytes;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    static async Task Delete(HttpContext context)
    {
        string id = context.Route("file");
        await context.Service<IFiles>().Delete(context.Writer(), id, context.RequestAborted);
        await context.Answer(Answers.Deleted(id, "file"));
    }
}
