using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.Webhooks;

/// <summary>
/// Signs deliveries as the Standard Webhooks scheme does, which OpenAI's SDKs verify: v1 and the base64 of HMAC-SHA256 over
/// "ID.SECONDS.BODY", under the bytes that stand as base64 behind "whsec_" in the secret.
/// </summary>
static class WebhookSignature
{
    public const string IdHeader = "webhook-id", TimeHeader = "webhook-timestamp", Header = "webhook-signature";

    public static string SecretText(byte[] secret) => "whsec_" + Convert.ToBase64String(secret);

    public static string Of(byte[] secret, string id, long seconds, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{id}.{seconds}.{body}")));
}
