using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Hone.Grading.Judges;

/// <summary>Sets text apart as data: between two lines that carry a code which the text cannot know.</summary>
/// <remarks>The code is a hash of all the texts of a prompt, so that the same prompt is the same question again. What looks like a fence line or like
/// a mark of a chat format (<c>&lt;|im_end|&gt;</c>, <c>[INST]</c>, <c>&lt;/s&gt;</c>) gets a space, so that it reads as before and means nothing.</remarks>
public sealed partial class Fence
{
    public Fence(params IEnumerable<string> texts)
    {
        var all = new StringBuilder();
        foreach (string text in texts)
        {
            all.Append(text.Length).Append(':').Append(text);
        }

        Code = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString()))[..6]);
    }

    public string Code { get; }

    /// <param name="name">What the text is, such as ANSWER.</param>
    public string Around(string name, string text) => $"[[BEGIN {name} {Code}]]\n{Harmless(text)}\n[[END {name} {Code}]]\n";

    /// <summary>The text, with nothing in it that a judge's program could take for a mark.</summary>
    public static string Harmless(string text) =>
        Marks().Replace(FenceLines().Replace(text.Replace("\0", "", StringComparison.Ordinal), Spaced), Spaced);

    static string Spaced(Match match) => $"{match.Value[0]} {match.Value[1..]}";

    // Brackets of any width, with anything invisible between them and the word.
    [GeneratedRegex(@"[\[［⟦〚【](?=[\p{Cf}\s]*[\[［⟦〚【]?[\p{Cf}\s]*(?:BEGIN|END)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FenceLines();

    [GeneratedRegex(
        @"<(?=\|[^<>\n]{1,60}\|>)|<(?=｜[^<>\n]{1,60}｜>)|<(?=/?(?:s|bos|eos|pad|unk|think|start_of_turn|end_of_turn|startoftext|endoftext|tool_call|tool_response)>)"
            + @"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])|<(?=</?SYS>>)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Marks();
}
