using System.Text.RegularExpressions;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>Takes a prompt that a chat template was applied to apart: Llama 3, ChatML, [INST], and "Human:" or "User:" before each turn.</summary>
static partial class TemplatedText
{
    /// <returns>The turns; one of the user where the text has no marks. A last turn of the assistant that is empty is left out.</returns>
    public static IReadOnlyList<(string Role, string Content)> Turns(string text)
    {
        var turns = Marked(text);
        return turns.Count > 0 ? turns : [("user", text.Trim())];
    }

    static List<(string Role, string Content)> Marked(string text)
    {
        foreach (var marks in (ReadOnlySpan<Regex>)[Headers(), ChatMl(), Spoken()])
        {
            var matches = marks.Matches(text);
            if (matches.Count > 0 && text[..matches[0].Index].Replace("<|begin_of_text|>", "", StringComparison.Ordinal).Trim().Length == 0)
            {
                return Closed(matches.Select(match => (Role(match.Groups[1].Value), match.Groups[2].Value.Trim())));
            }
        }

        return Instructed(text);
    }

    static List<(string, string)> Instructed(string text)
    {
        List<(string, string)> turns = [];
        foreach (Match match in Instructions().Matches(text))
        {
            string asked = match.Groups[1].Value;
            if (System().Match(asked) is { Success: true } system)
            {
                turns.Add(("system", system.Groups[1].Value.Trim()));
                asked = asked[(system.Index + system.Length)..];
            }

            turns.Add(("user", asked.Trim()));
            turns.Add(("assistant", match.Groups[2].Value.Replace("</s>", "", StringComparison.Ordinal).Replace("<s>", "", StringComparison.Ordinal).Trim()));
        }

        return Closed(turns);
    }

    static List<(string, string)> Closed(IEnumerable<(string Role, string Content)> turns)
    {
        List<(string Role, string Content)> list = [.. turns];
        if (list.Count > 0 && list[^1] is { Role: "assistant", Content: "" })
        {
            list.RemoveAt(list.Count - 1);
        }

        return list;
    }

    static string Role(string name) => name.ToLowerInvariant() switch
    {
        "human" => "user",
        "bot" => "assistant",
        "ipython" => "tool",
        { } role => role,
    };

    [GeneratedRegex(@"<\|start_header_id\|>\s*(\w+)\s*<\|end_header_id\|>(.*?)(?=<\|eot_id\|>|<\|eom_id\|>|<\|start_header_id\|>|$)(?:<\|eo[tm]_id\|>)?", RegexOptions.Singleline)]
    private static partial Regex Headers();

    [GeneratedRegex(@"<\|im_start\|>\s*(\w+)\n?(.*?)(?=<\|im_end\|>|<\|im_start\|>|$)(?:<\|im_end\|>)?", RegexOptions.Singleline)]
    private static partial Regex ChatMl();

    [GeneratedRegex(@"(?:^|\n\s*)(Human|Assistant|User|Bot):(.*?)(?=\n\s*(?:Human|Assistant|User|Bot):|$)", RegexOptions.Singleline)]
    private static partial Regex Spoken();

    [GeneratedRegex(@"\[INST\](.*?)\[/INST\](.*?)(?=\[INST\]|$)", RegexOptions.Singleline)]
    private static partial Regex Instructions();

    [GeneratedRegex("<<SYS>>(.*?)<</SYS>>", RegexOptions.Singleline)]
    private static partial Regex System();
}
