using System.Net.Sockets;
using System.Text;

namespace Hone.Server.Tests.SecurityTests;

/// <summary>An answer as it came over the wire. Status 0: the server closed the connection without one.</summary>
sealed record RawAnswer(int Status, string Head, string Body);

/// <summary>Sends bytes that no proper client would, and reads what comes back.</summary>
static class RawHttp
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <param name="request">Characters are bytes (Latin-1).</param>
    public static async Task<RawAnswer> Send(Uri server, string request)
    {
        using var limit = new CancellationTokenSource(_patience);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port, limit.Token);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
        }
        catch (IOException)
        {
            // Refused before its end; the answer is there to be read.
        }

        string text = await ReadAll(stream, limit.Token);
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? new(0, text, "") : new(int.Parse(text.AsSpan(9, 3)), text[..end], text[(end + 4)..]);
    }

    static async Task<string> ReadAll(NetworkStream stream, CancellationToken stop)
    {
        var bytes = new MemoryStream();
        try
        {
            await stream.CopyToAsync(bytes, stop);
        }
        catch (IOException)
        {
            // Reset behind the answer.
        }

        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
