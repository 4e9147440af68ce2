using System.Net;
using Hone.Grading;

namespace Hone.Server.Webhooks;

/// <summary>
/// Webhooks are at addresses of the open internet, unless the server allows others: who may register one must not reach through the server what is
/// behind it.
/// </summary>
static class WebhookAddress
{
    /// <summary>A client that follows no redirects and sends no proxy what is private.</summary>
    public static HttpClient Client(bool allowsPrivate, TimeSpan patience)
    {
        var handler = allowsPrivate ? new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false } : PublicAddress.Handler();
        handler.ConnectTimeout = patience;
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(1);
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

        return !allowsPrivate && IPAddress.TryParse(address.DnsSafeHost, out var literal) && PublicAddress.IsPrivate(literal)
            ? $"url names the private address {literal}, which this server does not call; it can be told to: --allow-private-webhooks."
            : null;
    }
}
