using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data;

/// <summary>Reads the turns of one record.</summary>
sealed class TurnReader(string name, Action<string> problem)
{
    // Keys that change what a turn means. To leave them out would train on another conversation than the one written.
    static readonly string[] _unreadKeys = ["weight"];

    // A turn with one of them may have no text.
    static readonly string[] _spokenKeys = ["tool_calls", "function_call", "reasoning_content", "reasoning", "thinking"];

    readonly HashSet<string> _calls = new(StringComparer.Ordinal);
    string? _firstRole;

    public IReadOnlyList<ChatTurn> Read(JsonElement list) => [.. list.EnumerateArray().Select(Turn)];

    ChatTurn Turn(JsonElement turn, int index)
    {
        string place = $"{name}[{index}]";
        if (turn.ValueKind != JsonValueKind.Object)
        {
            problem($"{place} is {JsonWords.Show(turn)}, but needs to be an object with \"role\" and \"content\".");
            return new("", "");
        }

        foreach (string key in _unreadKeys.Where(key => turn.TryGetProperty(key, out _)))
        {
            problem($"{place} has \"{key}\", which is not supported; the loss sees every assistant turn.");
        }

        string role = Role(turn, index, place), text = Content(turn, place);
        ToolShape.CheckCalls(turn, role, place, _calls, problem);
        return new(role, text) { Written = Written(turn, role, text) };
    }

    // Text in parts is one text to the template, and it writes the arguments of a call itself.
    static JsonElement? Written(JsonElement turn, string role, string text)
    {
        string known = ChatTurn.ForTemplate(role);
        if (known == role && turn.EnumerateObject().All(field => field.Name is "role" or "content"))
        {
            return null;
        }

        var written = JsonObject.Create(turn)!;
        written["role"] = known;
        if (turn.Member("content").ValueKind == JsonValueKind.Array)
        {
            written["content"] = text;
        }

        ToolShape.ForTemplate(written);
        return JsonSerializer.SerializeToElement(written);
    }

    string Role(JsonElement turn, int index, string place)
    {
        var given = turn.Member("role");
        string? role = turn.Text("role");
        if (role is null || !ChatTurn.Roles.Contains(role))
        {
            problem($"{place}.role is {JsonWords.Show(given)}, but needs to be one of {string.Join(", ", ChatTurn.Roles)}.");
        }
        else if (role is "system" or "developer" && index > 0 && !(role == "developer" && index == 1 && _firstRole == "system"))
        {
            problem($"{place} is a {role} turn, but only the first turn can be one; move it to the front.");
        }

        _firstRole ??= role;
        return role ?? "";
    }

    string Content(JsonElement turn, string place)
    {
        var content = turn.Member("content");
        bool speaksOtherwise = _spokenKeys.Any(key => !turn.Member(key).IsNothing());
        if (speaksOtherwise && content.IsNothing())
        {
            return "";
        }

        string? text = content.ValueKind switch
        {
            JsonValueKind.String => content.GetString(),
            JsonValueKind.Array => JoinParts(content, $"{place}.content"),
            _ => Refuse($"{place}.content is {JsonWords.Show(content)}, but needs to be a text or a list of text parts."),
        };
        if (text is not null && string.IsNullOrWhiteSpace(text) && !speaksOtherwise)
        {
            problem($"{place}.content is empty; write the turn's text or remove the record.");
        }

        return text ?? "";
    }

    string? JoinParts(JsonElement parts, string place)
    {
        var text = new StringBuilder();
        int index = 0;
        foreach (var part in parts.EnumerateArray())
        {
            // Bedrock's own form of a text part has no type.
            bool isText = part.ValueKind == JsonValueKind.Object && (part.Member("type").IsNothing() || part.Text("type") == "text");
            if (!isText || part.Text("text") is not { } piece)
            {
                return Refuse($"{place}[{index}] is {JsonWords.Show(part)}, but needs to be a text part such as "
                    + """{"type":"text","text":"…"}; other kinds are not supported.""");
            }

            text.Append(piece);
            index++;
        }

        return text.ToString();
    }

    string? Refuse(string sentence)
    {
        problem(sentence);
        return null;
    }
}
