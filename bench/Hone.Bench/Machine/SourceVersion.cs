using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace Hone.Bench.Machine;

/// <summary>Which source was measured.</summary>
public static class SourceVersion
{
    /// <summary>
    /// What git calls the commit that the program stands in, with <c>-dirty</c> for changes other than results; without git, the version it
    /// was built as.
    /// </summary>
    public static string Here { get; } = FromGit(AppContext.BaseDirectory) ?? FromAssembly();

    static string? FromGit(string folder)
    {
        if (Git(folder, "describe", "--always", "--tags") is not { Length: > 0 } commit)
        {
            return null;
        }

        return Git(folder, "status", "--porcelain", "--", ":/", ":!/bench/results") is "" ? commit : commit + "-dirty";
    }

    // What git prints, or null where there is no git or no repository.
    static string? Git(string folder, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var git = Process.Start(start)!;
            string answer = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? answer : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    static string FromAssembly() =>
        typeof(SourceVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
