using System.Diagnostics;
using System.Text;

namespace Hone.Grading.CSharp;

/// <summary>Runs a program of ours to its end: the compiler, the SDK. Code of the user's does not run here.</summary>
static class Subprocess
{
    const int LongestSaid = 500;

    /// <param name="ExitCode">-1: it took too long or could not be started.</param>
    /// <param name="Output">Standard output.</param>
    /// <param name="Error">Standard error.</param>
    public sealed record Outcome(int ExitCode, string Output, string Error)
    {
        /// <summary>What it wrote, shortened to a line.</summary>
        public string Said
        {
            get
            {
                string text = string.Join(' ', $"{Error} {Output}".Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
                return text.Length <= LongestSaid ? text : $"{text[..LongestSaid]}…";
            }
        }
    }

    public static Outcome Run(IReadOnlyList<string> command, string folder, TimeSpan patience)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };

        // Short work with much code: compiled roughly at first, and its messages in English.
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(patience))
            {
                process.Kill(entireProcessTree: true);
                return new(-1, "", $"{Path.GetFileName(command[0])} took longer than {patience.TotalSeconds:0} s.");
            }

            return new(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new(-1, "", $"{command[0]} could not be started: {e.Message}.");
        }
    }
}
