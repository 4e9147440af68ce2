using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Hone.Server.OpenAi.Reading;

/// <summary>Reads the JSON body of a request.</summary>
static class RequestBody
{
    static readonly JsonDocumentOptions _options = new() { AllowDuplicateProperties = false };

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

        try
        {
            RequireText(bytes);
            var json = JsonElement.Parse(bytes, _options);
            return json.ValueKind == JsonValueKind.Object
                ? json
                : throw ApiProblem.Invalid($"The body is {JsonForm.Show(json)}, but needs to be a JSON object.");
        }
        catch (JsonException e)
        {
            string why = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            string place = e.LineNumber is { } line ? $"line {line + 1}, byte {e.BytePositionInLine + 1}: " : "";
            throw ApiProblem.Invalid($"The body is not JSON that can be read: {place}{why}");
        }
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

    // Half of a surrogate pair ("\ud800" alone) and broken UTF-8 are JSON to the reader until somebody asks for the text.
    static void RequireText(byte[] bytes)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            if (bytes.AsSpan().IndexOf("\\ud"u8) < 0 && bytes.AsSpan().IndexOf("\\uD"u8) < 0)
            {
                return;
            }

            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    reader.GetString();
                }
            }
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException)
        {
            throw ApiProblem.Invalid("The body holds a text that is not Unicode: broken UTF-8, or half of a surrogate pair such as \\ud800 alone.");
        }
    }
}
