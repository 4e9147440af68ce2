using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hone.Server.Telemetry;

/// <summary>Sends traces and metrics over OTLP where the settings name an address; what stands behind it may be away.</summary>
sealed class OtlpExport(ServerSettings settings) : IHostedService, IDisposable
{
    readonly List<IDisposable> _providers = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.OtlpEndpoint is { } endpoint)
        {
            var resource = ResourceBuilder.CreateDefault().AddService("hone", serviceInstanceId: Environment.MachineName);
            _providers.Add(Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(HoneMeter.Name, "Microsoft.AspNetCore")
                .AddOtlpExporter(options => Set(options, endpoint, "v1/traces"))
                .Build());
            _providers.Add(Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter(HoneMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddOtlpExporter(options => Set(options, endpoint, "v1/metrics"))
                .Build());
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _providers.ForEach(provider => provider.Dispose());
        _providers.Clear();
    }

    // Port 4317 speaks gRPC by convention; elsewhere it is HTTP with a path for each signal.
    static void Set(OtlpExporterOptions options, string endpoint, string path)
    {
        var address = new Uri(endpoint);
        bool grpc = address.Port == 4317;
        options.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = grpc ? address : new Uri(endpoint.TrimEnd('/') + "/" + path);
    }
}
