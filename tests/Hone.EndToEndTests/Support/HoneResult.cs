using System.Text.Json.Nodes;

namespace Hone.EndToEndTests.Support;

/// <summary>What a run of the program left: exit code, standard output, standard error.</summary>
sealed record HoneResult(int ExitCode, string Output, string Error)
{
    /// <summary>The last line of standard output, which with --json is the result.</summary>
    public JsonObject Json => JsonNode.Parse(Output.TrimEnd().Split('\n')[^1])!.AsObject();

    /// <summary>The result of a command that has to succeed.</summary>
    public HoneResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>Bad input: exit code 2, a message that says all of <paramref name="words"/>, no result, no trace of the program's insides.</summary>
    public void RefusedWith(params string[] words)
    {
        Assert.True(ExitCode == 2, $"exit code {ExitCode}\n{Output}\n{Error}");
        Assert.Equal("", Output);
        Assert.NotEqual("", Error);
        Assert.DoesNotContain("   at ", Error);
        Assert.DoesNotContain("Exception", Error);
        Assert.DoesNotContain("System.", Error);
        foreach (string word in words)
        {
            Assert.Contains(word, Error);
        }
    }
}
