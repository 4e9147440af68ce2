using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>Where the JSON of an answer stands.</summary>
public enum JsonPlace
{
    /// <summary>The whole answer; else its one fenced block; else, where there is no block, its first object.</summary>
    Any,

    /// <summary>The answer is JSON and nothing else; white space around it makes no difference.</summary>
    Whole,

    /// <summary>The one block between lines of three backticks, plain or marked as json.</summary>
    Fence,

    /// <summary>The first balanced <c>{…}</c> that is JSON, with any text around it.</summary>
    First,
}

/// <summary>Finds the JSON of an answer.</summary>
/// <remarks>What stands before the last <c>&lt;/think&gt;</c> is thought and not looked at. Several fenced blocks are no answer: whoever
/// lists candidates has not chosen. A block that is not closed was cut off and is none.</remarks>
static class JsonAnswer
{
    const string ThoughtEnd = "</think>";
    const string Fence = "```";

    /// <summary>Objects are tried from this many opening braces at most: each try walks the rest of the answer.</summary>
    const int MostTries = 64;

    public static JsonPlace ReadPlace(GraderForm form) =>
        form.Choice(
            "from",
            "any",
            ("any", "the whole answer, else its one fenced block, else its first object"),
            ("whole", "the answer is JSON and nothing else"),
            ("fence", "the one fenced block"),
            ("first", "the first object")) switch
        {
            "whole" => JsonPlace.Whole,
            "fence" => JsonPlace.Fence,
            "first" => JsonPlace.First,
            _ => JsonPlace.Any,
        };

    /// <returns>Null where there is none; the problem is a whole sentence.</returns>
    public static JsonElement? Find(string completion, JsonPlace place, out string problem)
    {
        string answer = WithoutThought(completion);
        return place switch
        {
            JsonPlace.Whole => Whole(answer, out problem),
            JsonPlace.Fence => Fenced(answer, FencedBlocks(answer), out problem),
            JsonPlace.First => First(answer, out problem),
            _ => Anywhere(answer, out problem),
        };
    }

    public static string WithoutThought(string completion) =>
        completion.LastIndexOf(ThoughtEnd, StringComparison.Ordinal) is >= 0 and int end ? completion[(end + ThoughtEnd.Length)..] : completion;

    static JsonElement? Anywhere(string answer, out string problem)
    {
        if (Whole(answer, out problem) is { } whole)
        {
            return whole;
        }

        var blocks = FencedBlocks(answer);
        return blocks.Count > 0 ? Fenced(answer, blocks, out problem)
            : answer.Contains('{') ? First(answer, out problem)
            : null;
    }

    static JsonElement? Whole(string answer, out string problem)
    {
        var json = JsonText.Parse(answer.Trim(), out problem);
        problem = $"The answer {problem}.";
        return json;
    }

    static JsonElement? Fenced(string answer, List<string> blocks, out string problem)
    {
        if (blocks.Count != 1)
        {
            problem = blocks.Count > 1 ? $"The answer has {blocks.Count} fenced blocks, and exactly one is read."
                : answer.Contains(Fence, StringComparison.Ordinal) ? "The answer's fenced block is not closed or is not marked as json."
                : "The answer has no fenced block.";
            return null;
        }

        var json = JsonText.Parse(blocks[0], out problem);
        problem = $"The fenced block {problem}.";
        return json;
    }

    static JsonElement? First(string answer, out string problem)
    {
        problem = "The answer has no object in it.";
        int at = -1;
        for (int tries = 0; tries < MostTries && (at = answer.IndexOf('{', at + 1)) >= 0; tries++)
        {
            if (BalancedEnd(answer, at) is { } end && JsonText.Parse(answer[at..end], out string inner) is { } json)
            {
                return json;
            }

            problem = "The answer has braces, but no object that is JSON.";
        }

        return null;
    }

    /// <summary>Behind the brace that closes the first from <paramref name="start"/> on; braces inside of texts do not count.</summary>
    public static int? BalancedEnd(string text, int start)
    {
        int depth = 0;
        bool inText = false;
        for (int i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when inText:
                    i++;
                    break;
                case '"':
                    inText = !inText;
                    break;
                case '{' when !inText:
                    depth++;
                    break;
                case '}' when !inText && --depth == 0:
                    return i + 1;
            }
        }

        return null;
    }

    static List<string> FencedBlocks(string answer)
    {
        var blocks = new List<string>();
        List<string>? open = null;
        bool counts = false;
        foreach (string line in answer.Split('\n'))
        {
            string trimmed = line.Trim();
            if (!trimmed.StartsWith(Fence, StringComparison.Ordinal))
            {
                open?.Add(line);
                continue;
            }

            if (open is null)
            {
                open = [];
                counts = trimmed.Trim('`').Trim().ToUpperInvariant() is "" or "JSON";
                continue;
            }

            if (counts)
            {
                blocks.Add(string.Join('\n', open));
            }

            open = null;
        }

        return blocks;
    }
}
