using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Grading.Judges;

/// <summary>What an answer says at one key. The choice is null where the verdict is a number.</summary>
public readonly record struct KeyVerdict(string Key, double Value, string? Choice, string Reason);

/// <summary>Reads the verdicts out of what a model wrote.</summary>
/// <remarks>Thoughts before <c>&lt;/think&gt;</c> and a code fence are passed over. Of several objects in the text the last one counts: what a judge
/// quotes stands before its own verdict. A choice is taken in any case of letters, yes and no also as true and false.</remarks>
public static class AnswerReader
{
    const string ThoughtEnd = "</think>";

    // Braces that nothing closes are each walked from to the end of the text: so many times its length, and no more.
    const int MostWalks = 64;

    internal static JsonSerializerOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, AllowTrailingCommas = true };

    /// <summary>The verdict of each key, or what is wrong, in words for the model.</summary>
    public static (IReadOnlyList<KeyVerdict>? Verdicts, string? Problem) Read(AnswerForm form, string text)
    {
        int thought = text.LastIndexOf(ThoughtEnd, StringComparison.Ordinal);
        if (LastObject(thought < 0 ? text : text[(thought + ThoughtEnd.Length)..]) is not { } json)
        {
            return (null, "it holds no JSON object");
        }

        try
        {
            var verdicts = new KeyVerdict[form.Fields.Count];
            for (int i = 0; i < verdicts.Length; i++)
            {
                if (Verdict(form.Fields[i], json, out verdicts[i]) is { } problem)
                {
                    return (null, problem);
                }
            }

            return (verdicts, null);
        }
        catch (InvalidOperationException)
        {
            return (null, "a text holds half of a surrogate pair");
        }
    }

    static string? Verdict(AnswerField field, JsonElement json, out KeyVerdict verdict)
    {
        verdict = default;
        if (!json.TryGetProperty(field.Key, out var given))
        {
            return $"the key \"{field.Key}\" is missing";
        }

        string reason = "";
        if (given.ValueKind == JsonValueKind.Object)
        {
            reason = given.TryGetProperty(AnswerForm.Reason, out var why) && why.ValueKind == JsonValueKind.String ? why.GetString()! : "";
            if (!given.TryGetProperty(AnswerForm.Verdict, out given))
            {
                return $"\"{field.Key}\" has no \"{AnswerForm.Verdict}\"";
            }
        }

        return field.Choices is { } choices ? Choice(field, choices, given, reason, ref verdict) : Number(field, given, reason, ref verdict);
    }

    static string? Choice(AnswerField field, IReadOnlyList<string> choices, JsonElement given, string reason, ref KeyVerdict verdict)
    {
        string[] words = given.ValueKind switch
        {
            JsonValueKind.String => [given.GetString()!.Trim()],
            JsonValueKind.Number => [given.GetRawText(), given.TryGetDecimal(out decimal number) ? number.ToString("0.############") : ""],
            JsonValueKind.True => ["true", "yes"],
            JsonValueKind.False => ["false", "no"],
            _ => [],
        };
        int index = words.SelectMany(word => new[] { Index(choices, word, StringComparison.Ordinal), Index(choices, word, StringComparison.OrdinalIgnoreCase) })
            .FirstOrDefault(found => found >= 0, -1);
        if (index < 0)
        {
            return $"the verdict of \"{field.Key}\" is {Short(given)}, but needs to be {field.Options}";
        }

        verdict = new(field.Key, field.ValueOf(index), choices[index], reason);
        return null;
    }

    static string? Number(AnswerField field, JsonElement given, string reason, ref KeyVerdict verdict)
    {
        if (!((given.ValueKind == JsonValueKind.Number && given.TryGetDouble(out double number))
            || (given.ValueKind == JsonValueKind.String && AnswerNumber(given.GetString()!, out number)))
            || !(number >= field.Low && number <= field.High))
        {
            return $"the verdict of \"{field.Key}\" is {Short(given)}, but needs to be {field.Options}";
        }

        verdict = new(field.Key, number, null, reason);
        return null;
    }

    static bool AnswerNumber(string text, out double number) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, null, out number);

    static int Index(IReadOnlyList<string> choices, string? word, StringComparison comparison)
    {
        for (int i = 0; i < choices.Count; i++)
        {
            if (string.Equals(choices[i], word, comparison))
            {
                return i;
            }
        }

        return -1;
    }

    static string Short(JsonElement json) => json.GetRawText() is { Length: > 40 } text ? $"{text[..40]}…" : json.GetRawText();

    // Objects that stand for themselves, not inside another: each begins where the one before it ended.
    static JsonElement? LastObject(string text)
    {
        JsonElement? last = null;
        long most = MostWalks * (text.Length + 1L), walked = 0;
        for (int start = text.IndexOf('{'); start >= 0 && walked < most;)
        {
            int end = End(text, start);
            walked += (end > 0 ? end : text.Length) - start;
            if (end > 0 && Parse(text[start..end]) is { } found)
            {
                last = found;
                start = text.IndexOf('{', end);
            }
            else
            {
                start = text.IndexOf('{', start + 1);
            }
        }

        return last;
    }

    // One past the brace that closes the one at start; 0 where none does.
    static int End(string text, int start)
    {
        int depth = 0;
        bool quoted = false;
        for (int i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when quoted:
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '{' when !quoted:
                    depth++;
                    break;
                case '}' when !quoted && --depth == 0:
                    return i + 1;
            }
        }

        return 0;
    }

    static JsonElement? Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text, _strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
