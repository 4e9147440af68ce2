using Hone.Grading.Workers;

namespace Hone.Tests.Grading.Workers;

public sealed class WorkerFoldersTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-stale-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Folders_of_processes_that_are_gone_are_cleared_and_no_others()
    {
        Make("hone-workers-gone", locked: true);
        Make("hone-workers-young", locked: false);
        Make("somebody-else", locked: true);
        using var held = new FileStream(Path.Combine(Make("hone-workers-living", locked: true), "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateSymbolicLink(Path.Combine(_folder, "hone-workers-link"), Make("elsewhere", locked: true));
        }

        WorkerFolders.ClearStale(_folder);

        string[] left = [.. Directory.GetDirectories(_folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        Assert.Equal(["elsewhere", .. OperatingSystem.IsWindows() ? Array.Empty<string>() : ["hone-workers-link"], "hone-workers-living", "hone-workers-young", "somebody-else"], left);
        Assert.True(File.Exists(Path.Combine(_folder, "elsewhere", "inner", "file")));
    }

    string Make(string name, bool locked)
    {
        string folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.Combine(folder, "inner"));
        File.WriteAllText(Path.Combine(folder, "inner", "file"), "x");
        if (locked)
        {
            File.WriteAllText(Path.Combine(folder, "lock"), "");
        }

        return folder;
    }
}
