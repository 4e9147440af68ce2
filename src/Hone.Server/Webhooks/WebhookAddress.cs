using System.Net;
using System.Net.Sockets;

namespace Hone.Server.Webhooks;

/// <summary>
/// Connects to addresses of the open internet only, unless the server allows others: who may register a webhook must not reach through the
/// server what is behind it. The address is looked at when the connection is made, so a name cannot change its mind in between.
/// </summary>
static class WebhookAddress
{
    /// <summary>A client that follows no redirects and sends no proxy what is private.</summary>
    public static HttpClient Client(bool allowsPrivate, TimeSpan patience)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectTimeout = patience,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = (context, stop) => Connect(context.DnsEndPoint, allowsPrivate, stop),
        };
        return new HttpClient(handler) { Timeout = patience };
    }

    /// <summary>Why a webhook cannot be there, or null.</summary>
    public static string? Problem(string url, bool allowsPrivate)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            return $"url is '{(url.Length <= 200 ? url : url[..200])}', but needs to be an http or https address without a user name.";
        }

        if (!allowsPrivate && address.Scheme != "https")
        {
            return "url needs to be an https address; a server of your own network can be told to allow others: --allow-private-webhooks.";
        }

        return !allowsPrivate && IPAddress.TryParse(address.DnsSafeHost, out var literal) && IsPrivate(literal)
            ? $"url names the private address {literal}, which this server does not call; it can be told to: --allow-private-webhooks."
            : null;
    }

    /// <summary>Addresses that mean this machine or its own network, and those that mean nobody.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        byte[] bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork ? IsPrivate4(bytes) : IsPrivate6(address, bytes);
    }

    static bool IsPrivate4(byte[] b) =>
        b[0] is 0 or 10 or 127 or >= 224
        || (b[0] == 100 && b[1] is >= 64 and < 128)
        || (b[0] == 169 && b[1] == 254)
        || (b[0] == 172 && b[1] is >= 16 and < 32)
        || (b[0] == 192 && (b[1] == 168 || (b[1] == 0 && b[2] is 0 or 2)))
        || (b[0] == 198 && (b[1] is 18 or 19 || (b[1] == 51 && b[2] == 100)))
        || (b[0] == 203 && b[1] == 0 && b[2] == 113);

    // Only global unicast (2000::/3), without the ways that lead back to IPv4 (6to4, Teredo) or are for documents.
    static bool IsPrivate6(IPAddress address, byte[] b) =>
        (b[0] & 0xE0) != 0x20 || address.IsIPv6Teredo || (b[0] == 0x20 && b[1] == 0x02) || (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0D && b[3] == 0xB8);

    static async ValueTask<Stream> Connect(DnsEndPoint target, bool allowsPrivate, CancellationToken stop)
    {
        var all = await Dns.GetHostAddressesAsync(target.Host, stop);
        IPAddress[] allowed = [.. all.Where(address => allowsPrivate || !IsPrivate(address))];
        if (allowed.Length == 0)
        {
            throw new HttpRequestException($"{target.Host} is a private address, which this server does not call.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
