using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data;

/// <summary>Reads one record and adds what is wrong with it to the file's problems.</summary>
sealed class RecordReader(int line, Dictionary<string, int> ids, ProblemList problems)
{
    const string Example = """[{"role":"user","content":"…"}]""";

    // Keys that change what a turn means. To leave them out would train on another conversation than the one written.
    static readonly string[] _unreadKeys = ["weight"];

    // A turn with one of them may have no text.
    static readonly string[] _spokenKeys = ["tool_calls", "function_call", "reasoning_content", "reasoning", "thinking"];

    readonly int _problemsBefore = problems.Count;

    bool IsGood => problems.Count == _problemsBefore;

    public PromptRecord? ReadPrompt(JsonElement json)
    {
        if (!IsObject(json))
        {
            return null;
        }

        string id = Id(json);
        var messages = Messages(json);
        CheckInputs(json);
        string? reference = Reference(json);
        if (IsGood && messages[^1].Role is not ("user" or "tool"))
        {
            Problem($"the last turn is {An(messages[^1].Role)} turn, so there is nothing to answer; "
                + "end \"messages\" with a user turn and put the known answer into \"reference_answer\".");
        }

        return IsGood ? new PromptRecord(id, messages, reference, Metadata(json), line) : null;
    }

    public SupervisedRecord? ReadSupervised(JsonElement json)
    {
        if (!IsObject(json))
        {
            return null;
        }

        string id = Id(json);
        var messages = Messages(json);
        CheckInputs(json);
        if (IsGood && messages[^1].Role != "assistant")
        {
            Problem($"the last turn is {An(messages[^1].Role)} turn, but supervised training imitates the last turn; "
                + "end \"messages\" with an assistant turn.");
        }

        if (IsGood && !messages.Any(turn => turn.Role is "user" or "tool"))
        {
            Problem("there is no user turn before the answer; add the turn that it answers.");
        }

        return IsGood
            ? new SupervisedRecord(id, messages, line) { Inputs = TemplateInputs.Of(key => json.TryGetProperty(key, out var value) ? value.Clone() : null) }
            : null;
    }

    void CheckInputs(JsonElement json)
    {
        foreach (string key in TemplateInputs.Keys)
        {
            if (json.TryGetProperty(key, out var value) && TemplateInputs.Problem(key, value) is { } wanted)
            {
                Problem($"\"{key}\" is {Show(value)}, but needs to be {wanted}.");
            }
        }
    }

    bool IsObject(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        Problem($"the line is {Show(json)}, but needs to be an object with \"messages\".");
        return false;
    }

    string Id(JsonElement json)
    {
        string id = $"line-{line}";
        if (json.TryGetProperty("id", out var given))
        {
            bool usable = given.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(given.GetString());
            if (!usable && given.ValueKind != JsonValueKind.Number)
            {
                Problem($"\"id\" is {Show(given)}, but needs to be a text that is not empty; leave it out to get \"{id}\".");
                return id;
            }

            id = given.ToString();
        }

        if (!ids.TryAdd(id, line))
        {
            Problem($"the id \"{id}\" is that of line {ids[id]} too; ids need to differ.");
        }

        return id;
    }

    IReadOnlyList<ChatTurn> Messages(JsonElement json)
    {
        if (!json.TryGetProperty("messages", out var list))
        {
            Problem($"\"messages\" is missing; it needs to be a list of turns such as {Example}.");
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            Problem($"\"messages\" is {Show(list)}, but needs to be a list of turns such as {Example}.");
            return [];
        }

        return [.. list.EnumerateArray().Select(Turn)];
    }

    ChatTurn Turn(JsonElement turn, int index)
    {
        string place = $"messages[{index}]";
        if (turn.ValueKind != JsonValueKind.Object)
        {
            Problem($"{place} is {Show(turn)}, but needs to be an object with \"role\" and \"content\".");
            return new("", "");
        }

        foreach (string key in _unreadKeys.Where(key => turn.TryGetProperty(key, out _)))
        {
            Problem($"{place} has \"{key}\", which is not supported; the loss sees every assistant turn.");
        }

        string text = Content(turn, place);
        return new(Role(turn, index, place), text) { Written = Written(turn, text) };
    }

    // The template gets the turn as it was written where that says more than a role and text. Text in parts is one text to it.
    static JsonElement? Written(JsonElement turn, string text)
    {
        if (turn.EnumerateObject().All(field => field.Name is "role" or "content"))
        {
            return null;
        }

        if (!turn.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            return turn.Clone();
        }

        var joined = JsonObject.Create(turn)!;
        joined["content"] = text;
        return JsonSerializer.SerializeToElement(joined);
    }

    string Role(JsonElement turn, int index, string place)
    {
        turn.TryGetProperty("role", out var given);
        string? role = given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        if (role is null || !ChatTurn.Roles.Contains(role))
        {
            Problem($"{place}.role is {Show(given)}, but needs to be one of {string.Join(", ", ChatTurn.Roles)}.");
        }
        else if (role == "system" && index > 0)
        {
            Problem($"{place} is a system turn, but only the first turn can be one; move it to the front.");
        }

        return role ?? "";
    }

    string Content(JsonElement turn, string place)
    {
        turn.TryGetProperty("content", out var content);
        bool speaksOtherwise = _spokenKeys.Any(key => turn.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null);
        if (speaksOtherwise && content.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return "";
        }

        string? text = content.ValueKind switch
        {
            JsonValueKind.String => content.GetString(),
            JsonValueKind.Array => JoinParts(content, $"{place}.content"),
            _ => Problem($"{place}.content is {Show(content)}, but needs to be a text or a list of text parts."),
        };
        if (text is not null && string.IsNullOrWhiteSpace(text) && !speaksOtherwise)
        {
            Problem($"{place}.content is empty; write the turn's text or remove the record.");
        }

        return text ?? "";
    }

    string? JoinParts(JsonElement parts, string place)
    {
        var text = new StringBuilder();
        int index = 0;
        foreach (var part in parts.EnumerateArray())
        {
            bool isText = part.ValueKind == JsonValueKind.Object
                && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "text";
            if (!isText || !part.TryGetProperty("text", out var piece) || piece.ValueKind != JsonValueKind.String)
            {
                return Problem($"{place}[{index}] is {Show(part)}, but needs to be a text part such as "
                    + """{"type":"text","text":"…"}; other kinds are not supported.""");
            }

            text.Append(piece.GetString());
            index++;
        }

        return text.ToString();
    }

    string? Reference(JsonElement json)
    {
        if (!json.TryGetProperty("reference_answer", out var answer) || answer.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        string? text = answer.ValueKind switch
        {
            JsonValueKind.String => answer.GetString(),
            JsonValueKind.Number => answer.GetRawText(),
            JsonValueKind.Object => AnswerIn(answer) ?? answer.GetRawText(),
            _ => Problem($"\"reference_answer\" is {Show(answer)}, but needs to be a text, a number or an object."),
        };
        if (text is not null && string.IsNullOrWhiteSpace(text))
        {
            Problem("\"reference_answer\" is empty; write the answer, or leave the key out where none is known.");
        }

        return text;
    }

    static string? AnswerIn(JsonElement answer)
    {
        foreach (string key in (ReadOnlySpan<string>)["final_answer", "text", "answer"])
        {
            if (answer.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String)
            {
                return value.GetString();
            }
        }

        return null;
    }

    static Dictionary<string, JsonElement> Metadata(JsonElement json) => json.EnumerateObject()
        .Where(property => property.Name is not ("id" or "messages"))
        .ToDictionary(property => property.Name, property => property.Value.Clone());

    string? Problem(string sentence)
    {
        problems.Add(line, sentence);
        return null;
    }

    static string An(string role) => role == "assistant" ? "an assistant" : $"a {role}";

    static string Show(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        _ when json.GetRawText() is { Length: > 60 } text => $"{text[..60]}…",
        _ => json.GetRawText(),
    };
}
