using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Hone.Server.OpenAi.Reading;

/// <summary>Reads the JSON body of a request.</summary>
static class RequestBody
{
    /// <summary>Reads the body with <paramref name="read"/> and refuses the keys that it did not ask for.</summary>
    /// <exception cref="ApiProblem">With every problem of the body at once.</exception>
    public static async Task<T> ReadJson<T>(this HttpContext context, Func<JsonForm, T> read)
    {
        var json = await Parse(context);
        var problems = new ProblemList();
        var form = new JsonForm(json, "", problems);
        var made = read(form);
        form.RefuseUnknown();
        problems.ThrowIfAny();
        return made;
    }

    static async Task<JsonElement> Parse(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentType is { } type && !request.HasJsonContentType())
        {
            throw ApiProblem.Invalid($"Content-Type is '{type}', but needs to be application/json.");
        }

        byte[] bytes = await Bytes(context);
        if (bytes.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
        {
            throw ApiProblem.Invalid("The body is empty, but needs to be a JSON object.");
        }

        return SentJson.Parse(bytes);
    }

    static async Task<byte[]> Bytes(HttpContext context)
    {
        long most = context.RequestServices.GetRequiredService<ServerSettings>().LargestBody;
        context.LimitBody(most);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    /// <summary>A body with more bytes is refused as soon as that is known.</summary>
    public static void LimitBody(this HttpContext context, long most)
    {
        if (context.Request.ContentLength > most)
        {
            throw new ApiProblem(
                ProblemKind.TooLarge, $"The body has {context.Request.ContentLength:N0} bytes, but {most:N0} at most are read; send less at once.");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }
    }
}
