using System.Text.RegularExpressions;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests.Sdk;

/// <summary>hone serve as a process with the engine's below it, over a fresh data folder, and what it prints. Disposing ends both.</summary>
sealed partial class StoryServer : IDisposable
{
    /// <summary>The model that comes with Hone.</summary>
    public const string Model = "arithmetic";

    readonly TemporaryFolder _folder = new();
    readonly HoneProcess _process;

    public StoryServer(params string[] options)
    {
        string[] arguments = ["serve", "--data-folder", _folder["data"], "--url", "http://127.0.0.1:0", .. options];

        // The grader is called as Lambda is, signed with whatever credentials the environment has.
        _process = HoneProcess.Start(
            arguments, environment: new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "AKIATEST", ["AWS_SECRET_ACCESS_KEY"] = "secret" });
        _process.WaitForOutput(text => text.Contains("Ctrl-C", StringComparison.Ordinal));
        string told = _process.Output;
        Environment = Exports().Matches(told).ToDictionary(found => found.Groups[1].Value, found => found.Groups[2].Value);
        Assert.True(Environment.Count == 7, $"hone serve prints other variables than are known here:\n{told}");
    }

    /// <summary>What the program prints for SDKs to find it by: all that a user sets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    public void Dispose()
    {
        _process.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"\b((?:OPENAI|AWS)_[A-Z0-9_]+)=(\S+)")]
    private static partial Regex Exports();
}
