using System.Diagnostics;

namespace Hone.EndToEndTests.Support;

/// <summary>A file system in memory with little room. Needs Linux and the right to mount.</summary>
sealed class SmallDisk : IDisposable
{
    public SmallDisk(string path, string size)
    {
        Path = path;
        Directory.CreateDirectory(path);
        if (!Do("mount", "-t", "tmpfs", "-o", $"size={size}", "hone-test", path))
        {
            throw new InvalidOperationException($"{path} cannot be mounted.");
        }
    }

    public string Path { get; }

    public static bool IsPossible { get; } = OperatingSystem.IsLinux() && Environment.UserName == "root" && TryMount();

    public void Resize(string size) => Do("mount", "-o", $"remount,size={size}", Path);

    public void Dispose() => Do("umount", Path);

    static bool TryMount()
    {
        using var folder = new TemporaryFolder();
        bool mounted = Do("mount", "-t", "tmpfs", "-o", "size=64k", "hone-test", folder.Path);
        return mounted && Do("umount", folder.Path);
    }

    static bool Do(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A test that fills a disk.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class FullDiskFactAttribute : FactAttribute
{
    public FullDiskFactAttribute()
    {
        if (!SmallDisk.IsPossible)
        {
            Skip = "needs the right to mount a small disk in memory";
        }
    }
}
