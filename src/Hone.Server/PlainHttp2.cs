using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Hone.Server;

/// <summary>
/// HTTP/2 without TLS beside HTTP/1.1 on the same port, for clients that begin with HTTP/2's preface: the AWS SDK for JavaScript asks models
/// that way. Kestrel by itself decides by TLS's negotiation only, and takes such a connection for a broken HTTP/1.1.
/// </summary>
static class PlainHttp2
{
    // A client that connects and says nothing is let go as soon as one that has asked and says nothing more.
    static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(130);

    static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static void AcceptHttp2WithoutTls(this KestrelServerOptions kestrel)
    {
        // The connection passes for one that negotiated HTTP/2, whose requests would have to say https.
        kestrel.AllowAlternateSchemes = true;
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => async connection =>
        {
            if (await BeginsWithPreface(connection))
            {
                var negotiated = new Negotiated();
                connection.Features.Set<ITlsConnectionFeature>(negotiated);
                connection.Features.Set<ITlsApplicationProtocolFeature>(negotiated);
            }

            await next(connection);
        }));
    }

    // Looks at the first bytes and leaves them to whoever reads next.
    static async Task<bool> BeginsWithPreface(ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(_longestSilence);
        var input = connection.Transport.Input;
        while (true)
        {
            System.IO.Pipelines.ReadResult result;
            try
            {
                result = await input.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                connection.Abort();
                return false;
            }

            int length = (int)Math.Min(result.Buffer.Length, Preface.Length);
            bool same = result.Buffer.Slice(0, length).ToArray().AsSpan().SequenceEqual(Preface[..length]);
            if (!same || length == Preface.Length || result.IsCompleted)
            {
                input.AdvanceTo(result.Buffer.Start);
                return same && length == Preface.Length;
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    sealed class Negotiated : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
    }
}
