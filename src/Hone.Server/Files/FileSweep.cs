using Microsoft.Extensions.Hosting;

namespace Hone.Server.Files;

/// <summary>Removes files whose time is over, and what broken uploads and crashes left.</summary>
sealed class FileSweep(FolderFiles files, ServerSettings settings, TimeProvider time, ILogger<FileSweep> log) : BackgroundService
{
    static readonly TimeSpan _period = TimeSpan.FromMinutes(10);

    // Another node may be writing to the same folder, and it finishes an upload within a day.
    static readonly TimeSpan _shared = TimeSpan.FromDays(1);

    // Nothing that this process uploads is older; file systems round times down.
    readonly DateTimeOffset _start = time.GetUtcNow() - TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Sweep(settings.Postgres is null ? _start : _start - _shared, stoppingToken);
        using var timer = new PeriodicTimer(_period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Sweep(time.GetUtcNow() - _shared, stoppingToken);
        }
    }

    async Task Sweep(DateTimeOffset since, CancellationToken stop)
    {
        try
        {
            await files.Sweep(since, stop);
        }
        catch (Exception failure) when (failure is ApiProblem or IOException or UnauthorizedAccessException)
        {
            log.LogWarning("Old files are still there: {Problem}", failure.Message);
        }
    }
}
