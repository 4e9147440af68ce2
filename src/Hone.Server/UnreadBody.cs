using Microsoft.AspNetCore.Http.Features;

namespace Hone.Server;

/// <summary>
/// What is left of a body that is too long for its route. A connection that is closed while its client still sends is reset, and the answer
/// lost with it; so some of the rest is taken and dropped, while the client reads.
/// </summary>
static class UnreadBody
{
    const long MostBytes = 16 << 20;
    static readonly TimeSpan _longest = TimeSpan.FromSeconds(5), _silence = TimeSpan.FromSeconds(1);

    /// <summary>Whether the server closes the connection: what it does not read of the body would be taken for the client's next request.</summary>
    public static bool IsTooLong(HttpContext context, ApiProblem problem) =>
        HttpProtocol.IsHttp11(context.Request.Protocol)
        && (problem.Kind == ProblemKind.TooLarge || context.Request.ContentLength > Limit(context)?.MaxRequestBodySize);

    /// <summary>Ends the written answer and drops what comes for some megabytes and seconds. Who asked before sending has sent nothing.</summary>
    public static async Task Drop(HttpContext context)
    {
        await context.Response.CompleteAsync();
        if (context.Request.Headers.Expect.Count > 0)
        {
            return;
        }

        if (Limit(context) is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        using var longest = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        longest.CancelAfter(_longest);
        try
        {
            await Read(context.Request.Body, longest.Token);
        }
        catch (OperationCanceledException)
        {
            // It took long enough.
        }
        catch (IOException)
        {
            // A body whose length was not told cannot be read beyond its limit, but its client can have a moment.
            await Task.WhenAny(Task.Delay(_silence, longest.Token));
        }
    }

    static async Task Read(Stream body, CancellationToken longest)
    {
        byte[] buffer = new byte[64 << 10];
        for (long bytes = 0; bytes < MostBytes;)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(longest);
            silence.CancelAfter(_silence);
            int read = await body.ReadAsync(buffer, silence.Token);
            if (read == 0)
            {
                return;
            }

            bytes += read;
        }
    }

    static IHttpMaxRequestBodySizeFeature? Limit(HttpContext context) => context.Features.Get<IHttpMaxRequestBodySizeFeature>();
}
