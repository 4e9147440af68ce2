using System.Diagnostics;

namespace Hone.EndToEndTests.Sdk;

/// <summary>Runs a script of a folder below Material, whose packages npm installs from its lock file before the first run.</summary>
static class NodeScript
{
    static readonly SemaphoreSlim _installing = new(1);
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    public static async Task<string> Run(
        string folder, string script, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments)
    {
        string place = Path.Combine(AppContext.BaseDirectory, "Sdk", "Material", folder);
        await Install(place);
        return await Execute(Find("node")!, place, environment, [script, .. arguments]);
    }

    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => OperatingSystem.IsWindows() ? [$"{program}.exe", $"{program}.cmd"] : new[] { program }, Path.Combine)
        .FirstOrDefault(File.Exists);

    static async Task Install(string place)
    {
        await _installing.WaitAsync();
        try
        {
            string mark = Path.Combine(place, "node_modules", ".package-lock.json");
            if (!File.Exists(mark) || File.GetLastWriteTimeUtc(mark) < File.GetLastWriteTimeUtc(Path.Combine(place, "package-lock.json")))
            {
                await Execute(Find("npm")!, place, new Dictionary<string, string>(), ["ci", "--no-audit", "--no-fund"]);
            }
        }
        finally
        {
            _installing.Release();
        }
    }

    static async Task<string> Execute(string program, string place, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = place, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(_patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}\n{await output}");
        return await output;
    }
}
