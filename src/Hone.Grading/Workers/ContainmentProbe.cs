using System.ComponentModel;
using System.Diagnostics;

namespace Hone.Grading.Workers;

/// <summary>Finds what this machine allows by running a command that does nothing, the strictest first.</summary>
static class ContainmentProbe
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    static readonly Lazy<Containment> _strictest = new(() => Strictest(Works));

    /// <summary>From the strictest to the one that works everywhere.</summary>
    /// <remarks>For root of the machine only a user of its own bounds a worker's processes, which counts more than what a user namespace keeps from it.</remarks>
    public static IReadOnlyList<Containment> All { get; } =
    [
        .. WorkerUser.CanBeMade ? Isolated(ownUser: true) : [],
        .. WorkerUser.CanBeMade && WorkerUser.IsUncounted ? [] : Isolated(ownUser: false),
        .. WorkerUser.CanBeMade ? new[] { new OwnSession(ownUser: true) } : [],
        new OwnSession(ownUser: false),
        new PlainProcess(),
    ];

    /// <summary>The strictest that works here. Probed once in the life of the process.</summary>
    public static Containment Here => _strictest.Value;

    public static Containment Strictest(Func<Containment, bool> works) =>
        OperatingSystem.IsLinux() ? All.SkipLast(1).FirstOrDefault(works, All[^1]) : All[^1];

    public static bool Works(Containment containment)
    {
        string folder = Directory.CreateTempSubdirectory("hone-probe-").FullName;
        try
        {
            var program = new WorkerProgram("/bin/sh", ["-c", "echo works"], folder);
            var limits = new WorkerLimits();
            using var process = Process.Start(containment.Start(program, limits, containment.Place(limits, folder, "probe")))!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            if (output.Wait(_patience) && process.WaitForExit(_patience))
            {
                return process.ExitCode == 0 && output.Result == "works\n";
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return false;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Containment[] Isolated(bool ownUser) =>
        [new Bubblewrap(ownUser), new Namespaces(mounts: true, ownUser), new Namespaces(mounts: false, ownUser)];
}
