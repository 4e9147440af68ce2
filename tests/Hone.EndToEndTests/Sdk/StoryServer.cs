using System.Text.RegularExpressions;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests.Sdk;

/// <summary>hone serve as a process with the engine's below it, over a fresh data folder, and the first key as it is printed. Disposing ends both.</summary>
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
        Address = Told(AddressLine(), told);
        Bearer = Told(BearerLine(), told);
        AccessKeyId = Told(AccessLine(), told);
        SecretAccessKey = Told(SecretLine(), told);
    }

    public string Address { get; }
    public string Bearer { get; }
    public string AccessKeyId { get; }
    public string SecretAccessKey { get; }

    public void Dispose()
    {
        _process.Dispose();
        _folder.Dispose();
    }

    static string Told(Regex line, string output)
    {
        var found = line.Match(output);
        Assert.True(found.Success, $"{line} is nowhere in:\n{output}");
        return found.Groups[1].Value;
    }

    [GeneratedRegex(@"serves at (http://[^;\s]+);")]
    private static partial Regex AddressLine();

    [GeneratedRegex(@"API key\s+(hone-\S+)")]
    private static partial Regex BearerLine();

    [GeneratedRegex(@"AWS access key id\s+(\S+)")]
    private static partial Regex AccessLine();

    [GeneratedRegex(@"AWS secret access key\s+(\S+)")]
    private static partial Regex SecretLine();
}
