using System.Reflection;
using System.Security.Cryptography;
using Hone.Server.Accounts;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Dashboard;

/// <summary>
/// The page at / and the files that it loads from /dashboard: embedded in the program, open to all, for they say nothing about anybody's data.
/// The page itself reads everything through the public API, with the key that the person gives it.
/// </summary>
public static class DashboardPages
{
    const string Prefix = "Hone.Server.Dashboard.Web.";

    // No script, style, image or connection but from here; nobody may frame it.
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    static readonly Dictionary<string, string> _types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        foreach (var (name, file) in Files())
        {
            string route = name == "index.html" ? "/" : $"/dashboard/{name}";
            app.MapMethods(route, [HttpMethods.Get, HttpMethods.Head], context => Send(context, file)).OpenToAll();
        }

        // Told beforehand, so that a page without a key asks for one and does not try.
        app.MapGet("/dashboard/door.json", (ServerSettings settings) => Results.Json(new { needsKey = !settings.InsecureLocal })).OpenToAll();
    }

    static Task Send(HttpContext context, WebFile file)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ETag = file.Tag;
        // Always asked again, so that a new version of Hone never runs with scripts of the old one.
        headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = file.Type;
        context.Response.ContentLength = file.Bytes.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted).AsTask();
    }

    static IEnumerable<(string Name, WebFile File)> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => (name[Prefix.Length..], Read(assembly, name)));
    }

    static WebFile Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new(bytes, _types[Path.GetExtension(name)], $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..8])}\"");
    }

    sealed record WebFile(byte[] Bytes, string Type, string Tag);
}
