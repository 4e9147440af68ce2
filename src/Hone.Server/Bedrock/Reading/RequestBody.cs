using System.Text.Json;
using Hone.Server.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace Hone.Server.Bedrock.Reading;

/// <summary>Reads the JSON body of a request.</summary>
static class RequestBody
{
    /// <summary>Reads the body with <paramref name="read"/> and refuses the members that it did not ask for.</summary>
    /// <exception cref="ApiProblem">With every problem of the body at once.</exception>
    public static async Task<T> ReadForm<T>(this HttpContext context, Func<Form, T?> read) =>
        ReadForm(Parse(await context.ReadBytes()), read);

    /// <exception cref="ApiProblem">With every problem at once.</exception>
    public static T ReadForm<T>(JsonElement json, Func<Form, T?> read)
    {
        List<string> problems = [];
        var made = Form.Read(json, "", problems, read);
        ThrowIfAny(problems);
        return made!;
    }

    public static void ThrowIfAny(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw ApiProblem.Invalid(problems.Count == 1 ? problems[0] : $"{problems.Count} validation errors detected: {string.Join(' ', problems)}");
        }
    }

    /// <summary>The whole body. It has come to its end, so a signed body has been verified.</summary>
    public static async Task<byte[]> ReadBytes(this HttpContext context)
    {
        long most = context.RequestServices.GetRequiredService<ServerSettings>().LargestBody;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }

        using var body = new MemoryStream();
        var limited = new LimitedBody(
            context.Request.Body, most, () => new(ProblemKind.TooLarge, $"The body has more than {most:N0} bytes; send less at once."));
        await limited.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    /// <summary>An object; an empty body is one without members.</summary>
    /// <param name="code">Of the error where it is not JSON.</param>
    public static JsonElement Parse(byte[] bytes, string code = "SerializationException") =>
        SentJson.Parse(bytes.AsSpan().Trim(" \t\r\n"u8).IsEmpty ? "{}"u8.ToArray() : bytes, code);
}
