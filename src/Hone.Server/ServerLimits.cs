using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hone.Server;

/// <summary>What one connection may cost: sizes, times and speeds below which Kestrel ends it by itself.</summary>
static class ServerLimits
{
    // A client that sends or takes less than this is slow on purpose or gone; streams that wait for the model are not counted.
    static readonly MinDataRate _slowest = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Set(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = settings.LargestBody;
        limits.MaxRequestLineSize = 16 << 10; // presigned addresses and filters of lists
        limits.MaxRequestHeadersTotalSize = 32 << 10;
        limits.MaxRequestHeaderCount = 100;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = _slowest;
        limits.MinResponseDataRate = _slowest;
        limits.MaxConcurrentConnections = 8192;
        limits.Http2.MaxStreamsPerConnection = 256;
    }
}
