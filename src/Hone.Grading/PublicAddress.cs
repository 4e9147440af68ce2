using System.Net;
using System.Net.Sockets;

namespace Hone.Grading;

/// <summary>
/// Addresses of the open internet: all that a service calls for people who must not reach through it what is behind it. The address is looked at
/// when the connection is made, so a name cannot change its mind in between.
/// </summary>
public static class PublicAddress
{
    /// <summary>Connects to public addresses alone, without a proxy, and follows no redirects.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = (context, stop) => Connect(context.DnsEndPoint, stop),
    };

    /// <summary>The sentence, where a call failed because it would have gone to a private address.</summary>
    internal static string? Refusal(Exception problem) => problem.GetBaseException() is PrivateAddressException refusal ? refusal.Message : null;

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

    /// <summary>A connection to one of the addresses that the name has now.</summary>
    /// <exception cref="PrivateAddressException">All of them are private.</exception>
    static async ValueTask<Stream> Connect(DnsEndPoint target, CancellationToken stop)
    {
        var all = await Dns.GetHostAddressesAsync(target.Host, stop).ConfigureAwait(false);
        IPAddress[] allowed = [.. all.Where(address => !IsPrivate(address))];
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException($"{target.Host} is a private address, which this server does not call.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A connection that was not made, because it would have led to this machine or its network.</summary>
sealed class PrivateAddressException(string message) : Exception(message);
