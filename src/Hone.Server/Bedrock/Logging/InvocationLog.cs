using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Models.Encryption;
using Hone.Server.Files;
using Microsoft.Extensions.Hosting;

namespace Hone.Server.Bedrock.Logging;

/// <summary>Keeps the log of calls where an account switched it on. Never fails a call.</summary>
public interface IInvocationLog
{
    Task Write(LoggedCall call);
}

/// <summary>
/// The log of calls: gzipped JSON lines below <c>PREFIX/AWSLogs/ACCOUNT/BedrockModelInvocationLogs/REGION/YYYY/MM/DD/HH/</c>. Entries wait in a
/// file of the data folder, so that neither a restart nor an absent bucket loses any, and are delivered when they are many or some time old.
/// </summary>
/// <remarks>A body of more than 100 KB lies in an object of its own, in the folder <c>data</c> beside the entries.</remarks>
sealed partial class InvocationLog(
    LoggingConfigs configs, IObjects objects, ServerSettings settings, TimeProvider clock, ILogger<InvocationLog> logger)
    : BackgroundService, IInvocationLog
{
    const int LargestBody = 100 << 10;
    const long LargestBatch = 1 << 20;

    static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<string, SemaphoreSlim> _accounts = new();

    string Folder => Path.Combine(settings.DataFolder, "invocation-log");

    public async Task Write(LoggedCall call)
    {
        try
        {
            if (await configs.Of(call.Caller.Account, CancellationToken.None) is not { } stored || !LoggingConfig.Of(stored).Text)
            {
                return;
            }

            string line = await Line(call, LoggingConfig.Of(stored));
            if (await Append(call.Caller.Account, line) > LargestBatch)
            {
                await Flush(call.Caller.Account, CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            NotKept(e, call.RequestId);
        }
    }

    /// <summary>Delivers what waits for an account.</summary>
    public async Task Flush(string account, CancellationToken stop)
    {
        var gate = Gate(account);
        await gate.WaitAsync(stop);
        try
        {
            string file = FileOf(account);
            if (!File.Exists(file) || await configs.Of(account, stop) is not { } stored)
            {
                return;
            }

            var packed = new MemoryStream();
            var key = SealedFile.KeyFor(file);
            await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                await foreach (string line in File.ReadLinesAsync(file, stop))
                {
                    await gzip.WriteAsync(Encoding.UTF8.GetBytes(SealedValue.OpenText(key, line, file) + "\n"), stop);
                }
            }

            packed.Position = 0;
            await objects.Write($"{Hour(LoggingConfig.Of(stored), account)}{Name()}.json.gz", packed, stop);
            File.Delete(file);
        }
        finally
        {
            gate.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await FlushAll(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            await FlushAll(CancellationToken.None);
        }
    }

    async Task FlushAll(CancellationToken stop)
    {
        foreach (string file in Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.jsonl") : [])
        {
            try
            {
                await Flush(Path.GetFileNameWithoutExtension(file), stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                NotDelivered(e, Path.GetFileName(file));
            }
        }
    }

    async Task<string> Line(LoggedCall call, LoggingConfig config)
    {
        var entry = call.Entry(settings.Region);
        entry["input"] = await Side(call, config, "input", call.Input, call.InputTokens);
        if (call.Output is { } output)
        {
            entry["output"] = await Side(call, config, "output", output, call.OutputTokens);
        }

        return entry.ToJsonString(Answers.Json);
    }

    async Task<JsonObject> Side(LoggedCall call, LoggingConfig config, string side, JsonNode body, int tokens)
    {
        var json = new JsonObject { [side + "ContentType"] = "application/json" };
        byte[] bytes = Answers.Bytes(body);
        if (bytes.Length <= LargestBody)
        {
            json[side + "BodyJson"] = body.DeepClone();
        }
        else
        {
            string address = $"{Hour(config, call.Caller.Account)}data/{call.RequestId}_{side}.json.gz";
            var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                await gzip.WriteAsync(bytes);
            }

            packed.Position = 0;
            await objects.Write(address, packed, CancellationToken.None);
            json[side + "BodyS3Path"] = address;
        }

        json[side + "TokenCount"] = tokens;
        return json;
    }

    async Task<long> Append(string account, string line)
    {
        var gate = Gate(account);
        await gate.WaitAsync();
        try
        {
            Directory.CreateDirectory(Folder);
            await using var file = new FileStream(FileOf(account), FileMode.Append, FileAccess.Write);
            await file.WriteAsync(Encoding.UTF8.GetBytes(SealedValue.SealText(SealedFile.KeyFor(Folder), line) + "\n"));
            return file.Length;
        }
        finally
        {
            gate.Release();
        }
    }

    string Hour(LoggingConfig config, string account) =>
        $"{config.Folder(account, settings.Region)}{clock.GetUtcNow().UtcDateTime:yyyy'/'MM'/'dd'/'HH}/";

    string Name() => $"{clock.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}_{Ids.New(16)}";

    string FileOf(string account) => Path.Combine(Folder, account + ".jsonl");

    SemaphoreSlim Gate(string account) => _accounts.GetOrAdd(account, _ => new SemaphoreSlim(1));

    [LoggerMessage(LogLevel.Error, "The call {RequestId} could not be logged.")]
    partial void NotKept(Exception e, string requestId);

    [LoggerMessage(LogLevel.Warning, "The calls in {File} could not be delivered to their bucket; they stay and are tried again.")]
    partial void NotDelivered(Exception e, string file);
}
