using System.Runtime.InteropServices;

namespace Hone.Grading.CSharp;

/// <summary>How programs of .NET are started: <c>dotnet</c>, and Hone itself once more.</summary>
public static class DotnetHost
{
    static readonly string _name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    /// <summary>The <c>dotnet</c> that runs this process, or else the one on the path.</summary>
    public static string Path { get; } = new[]
    {
        Environment.ProcessPath ?? "",
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "",
        System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", _name)),
    }.FirstOrDefault(path => System.IO.Path.GetFileName(path) == _name && File.Exists(path)) ?? _name;

    /// <summary>The command that starts Hone: its program lies beside this assembly.</summary>
    public static IReadOnlyList<string> Hone { get; } = [Path, System.IO.Path.Combine(AppContext.BaseDirectory, "hone.dll")];
}
