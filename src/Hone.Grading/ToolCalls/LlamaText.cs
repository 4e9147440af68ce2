using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Grading.Json;

namespace Hone.Grading.ToolCalls;

/// <summary>The two forms of Llama 3's calls that are not plain JSON.</summary>
static partial class LlamaText
{
    const string FunctionClose = "</function>";

    /// <summary><c>&lt;function=name&gt;{…}&lt;/function&gt;</c>, once per call; the closing may be missing at the end.</summary>
    public static List<ToolCall>? Functions(string text, ref string problem)
    {
        var calls = new List<ToolCall>();
        foreach (Match open in FunctionTag().Matches(text))
        {
            int start = open.Index + open.Length;
            int end = text.IndexOf(FunctionClose, start, StringComparison.Ordinal);
            string arguments = text[start..(end < 0 ? text.Length : end)].Trim();
            if (JsonText.Parse(arguments, out string why) is null)
            {
                problem = $"What <function={open.Groups[1].Value}> is given {why}.";
                return null;
            }

            calls.Add(ToolCall.Of(open.Groups[1].Value, arguments));
        }

        return calls;
    }

    /// <summary><c>brave_search.call(query="…")</c> as a call of brave_search; null where it is not of that form.</summary>
    public static ToolCall? BuiltIn(string text)
    {
        if (BuiltInCall().Match(text) is not { Success: true } call)
        {
            return null;
        }

        var arguments = new Dictionary<string, string>();
        foreach (Match argument in KeyAndText().Matches(call.Groups[2].Value))
        {
            arguments[argument.Groups[1].Value] = Unescape(argument.Groups[2].Value);
        }

        return ToolCall.Of(call.Groups[1].Value, JsonSerializer.Serialize(arguments));
    }

    static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] == '\\' && i + 1 < text.Length ? text[++i] switch { 'n' => '\n', 't' => '\t', var other => other } : text[i]);
        }

        return plain.ToString();
    }

    [GeneratedRegex(@"<function=([^<>={}\s]{1,128})>")]
    private static partial Regex FunctionTag();

    [GeneratedRegex(@"^([A-Za-z_][A-Za-z0-9_]{0,127})\.call\(((?:[^""]|""(?:[^""\\]|\\.)*"")*)\)\s*\z", RegexOptions.Singleline, 500)]
    private static partial Regex BuiltInCall();

    [GeneratedRegex(@"([A-Za-z_][A-Za-z0-9_]*)\s*=\s*""((?:[^""\\]|\\.)*)""", RegexOptions.Singleline, 500)]
    private static partial Regex KeyAndText();
}
