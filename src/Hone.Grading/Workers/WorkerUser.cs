using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hone.Grading.Workers;

/// <summary>A user that one worker is, and nobody else: where this process is root, for whom the system does not count processes.</summary>
/// <remarks>It reads what root reads and writes where anybody may. It cannot signal, trace or read the memory of other users' processes, of this
/// one least of all.</remarks>
static partial class WorkerUser
{
    // Above all that is given to people, services and containers; where fewer are mapped, as in a container of its own users, below the last of those.
    const int First = 1_879_048_192, Last = 2_147_483_000, FirstOfFew = 20_000, LastOfFew = 60_000;

    // Capabilities, as bits of a process's status.
    const int Chown = 0, WriteAll = 1, ReadAll = 2, Signal = 5, SetGroup = 6, SetUser = 7, SetCapabilities = 8;

    static readonly ulong _capabilities = OperatingSystem.IsLinux() ? Capabilities() : 0;
    static readonly int _taken = RandomNumberGenerator.GetInt32(1 << 20);
    static int _count;

    /// <summary>This process may start others as users of their own.</summary>
    public static bool CanBeMade => OperatingSystem.IsLinux() && UserOfThisProcess() == 0 && new[] { Chown, Signal, SetGroup, SetUser, SetCapabilities }.All(Has);

    /// <summary>This process is root of the machine itself, whose processes no limit holds; root of a user namespace is somebody.</summary>
    public static bool IsUncounted => OperatingSystem.IsLinux() && UserOfThisProcess() == 0 && MappedUsers().Outside == 0;

    /// <summary>What a user of its own keeps of root's capabilities: to read all files; where root itself may not, to read and write them.</summary>
    public static IReadOnlyList<string> FileCapability => Has(ReadAll) ? ["dac_read_search"] : Has(WriteAll) ? ["dac_override"] : [];

    /// <summary>A user that no other worker of this process has had.</summary>
    public static int Next()
    {
        var (first, last) = MappedUsers().Count > Last ? (First, Last) : (FirstOfFew, LastOfFew);
        return first + (int)((uint)(_taken + (uint)Interlocked.Increment(ref _count)) % (uint)(last - first));
    }

    /// <summary>The words before a command that is to run as the user. Root starts it.</summary>
    /// <param name="capabilities">What it keeps of <see cref="FileCapability"/>.</param>
    public static IReadOnlyList<string> Command(string user, IReadOnlyList<string> capabilities)
    {
        string files = string.Concat(capabilities.Select(name => $",+{name}"));
        return
        [
            "setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", "--inh-caps", $"-all{files}", "--ambient-caps", $"-all{files}",
            // What a file may be opened for is also what access() says of it.
            "--bounding-set", $"-all{files}", "--securebits", "+no_setuid_fixup", "--",
        ];
    }

    /// <summary>Gives it a folder.</summary>
    public static void Own(string folder, int user) => _ = ChangeOwner(folder, user, user);

    static bool Has(int capability) => (_capabilities >> capability & 1) == 1;

    static ulong Capabilities() =>
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal)) is { } line
            ? ulong.Parse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : 0;

    // Whom root stands for outside, and how many follow it.
    static (uint Outside, uint Count) MappedUsers()
    {
        string[] words = File.ReadLines("/proc/self/uid_map").FirstOrDefault("0 0 1").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (uint.Parse(words[1], CultureInfo.InvariantCulture), uint.Parse(words[2], CultureInfo.InvariantCulture));
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial int UserOfThisProcess();

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);
}
