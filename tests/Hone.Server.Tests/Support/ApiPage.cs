using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Hone.Server.Tests.Support;

/// <summary>A request on a page of the documentation, and the answer that the page gives it.</summary>
sealed record ApiExample(HttpMethod Method, string Path, string? ContentType, string Body, int Status, string Answer)
{
    /// <summary>The same with ids of the page replaced.</summary>
    public ApiExample With(Func<string, string> replace) => this with { Path = replace(Path), Body = replace(Body) };

    public HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(Method, Path);
        if (ContentType is not null)
        {
            // Lines of a multipart form end as HTTP has it.
            string body = ContentType.StartsWith("multipart", StringComparison.Ordinal) ? Body.ReplaceLineEndings("\r\n") : Body;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        return request;
    }
}

/// <summary>The examples of docs/api.md: a block marked http, and behind it one marked json or text, with the status code where it is not 200.</summary>
static partial class ApiPage
{
    /// <param name="section">Title of the section of the second level that is read.</param>
    public static IReadOnlyList<ApiExample> Examples(string section)
    {
        string page = File.ReadAllText(Path());
        int start = page.IndexOf($"\n## {section}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/api.md has no section '{section}'.");
        int end = page.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return [.. Example().Matches(page[start..(end < 0 ? page.Length : end)]).Select(Read)];
    }

    static ApiExample Read(Match match)
    {
        string[] halves = match.Groups["request"].Value.Split("\n\n", 2);
        string[] head = halves[0].Trim().Split('\n'), first = head[0].Split(' ', 2);
        string? type = head.Skip(1).Select(line => line.Split(": ", 2)).Where(header => header[0] == "Content-Type").Select(header => header[1]).FirstOrDefault();
        int status = match.Groups["status"] is { Length: > 0 } given ? int.Parse(given.Value) : 200;
        return new(new HttpMethod(first[0]), first[1], type, halves.Length > 1 ? halves[1] : "", status, match.Groups["answer"].Value.Trim());
    }

    static string Path([CallerFilePath] string here = "") => System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "../../../../docs/api.md"));

    [GeneratedRegex(@"^```http\n(?<request>.*?)^```\n```(?:json|text)(?: (?<status>\d+))?\n(?<answer>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Example();
}
