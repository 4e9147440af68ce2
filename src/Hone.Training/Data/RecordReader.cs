using System.Text.Json;

namespace Hone.Training.Data;

/// <summary>Reads one record and adds what is wrong with it to the file's problems.</summary>
sealed class RecordReader(int line, RecordIds ids, ProblemList problems)
{
    readonly int _problemsBefore = problems.Count;

    bool IsGood => problems.Count == _problemsBefore;

    public PromptRecord? ReadPrompt(JsonElement json)
    {
        if (!IsObject(json))
        {
            return null;
        }

        string id = Id(json);
        var shape = RecordShape.Of(json);
        var messages = Messages(json, shape.Conversation);
        CheckInputs(json);
        var answer = shape.Answer(json, Problem);
        string? reference = answer.Text(Problem);
        if (IsGood)
        {
            CheckPrompt(messages, shape.Conversation);
        }

        return IsGood ? new PromptRecord(id, messages, reference, RecordMetadata.Of(json, shape, answer.Value), line) { File = problems.File } : null;
    }

    public SupervisedRecord? ReadSupervised(JsonElement json)
    {
        if (!IsObject(json))
        {
            return null;
        }

        string id = Id(json);
        var messages = Messages(json, RecordShape.Messages);
        CheckInputs(json);
        if (IsGood && messages[^1].Role != "assistant")
        {
            Problem($"the last turn is {An(messages[^1].Role)} turn, but supervised training imitates the last turn; "
                + "end \"messages\" with an assistant turn.");
        }

        if (IsGood && !messages.Any(turn => turn.Role is "user" or "tool" or "function"))
        {
            Problem("there is no user turn before the answer; add the turn that it answers.");
        }

        return IsGood
            ? new SupervisedRecord(id, messages, line) { Inputs = TemplateInputs.Of(key => json.TryGetProperty(key, out var value) ? value.Clone() : null) }
            : null;
    }

    void CheckPrompt(IReadOnlyList<ChatTurn> messages, string key)
    {
        if (messages[^1].Role is not ("user" or "tool" or "function"))
        {
            Problem($"the last turn is {An(messages[^1].Role)} turn, so there is nothing to answer; "
                + $"end \"{key}\" with a user turn and put the known answer into \"reference_answer\".");
        }
        else if (!messages.Any(turn => turn.Role == "user"))
        {
            Problem($"\"{key}\" has no user turn; add the one that the conversation begins with.");
        }
    }

    void CheckInputs(JsonElement json)
    {
        foreach (string key in TemplateInputs.Keys)
        {
            if (json.TryGetProperty(key, out var value) && TemplateInputs.Problem(key, value) is { } wanted)
            {
                Problem($"\"{key}\" is {JsonWords.Show(value)}, but needs to be {wanted}.");
            }
            else if (key == "tools" && value.ValueKind == JsonValueKind.Array)
            {
                ToolShape.CheckTools(value, Problem);
            }
        }
    }

    bool IsObject(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        Problem($"the line is {JsonWords.Show(json)}, but needs to be an object with \"messages\".");
        return false;
    }

    string Id(JsonElement json)
    {
        string id = ids.Default(line);
        if (json.TryGetProperty("id", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            bool usable = given.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(given.GetString());
            if (!usable && given.ValueKind != JsonValueKind.Number)
            {
                Problem($"\"id\" is {JsonWords.Show(given)}, but needs to be a text that is not empty; leave it out to get \"{id}\".");
                return id;
            }

            id = given.ToString();
        }

        if (ids.Take(id, problems.File, line) is { } taken)
        {
            Problem($"the id \"{id}\" is that of {taken} too; ids need to differ.");
        }

        return id;
    }

    IReadOnlyList<ChatTurn> Messages(JsonElement json, string key)
    {
        if (!json.TryGetProperty(key, out var list))
        {
            string[] others = [.. json.EnumerateObject().Select(property => $"\"{property.Name}\"").Take(8)];
            Problem($"\"messages\" is missing; it needs to be a list of turns such as {RecordShape.Example}"
                + (others.Length == 0 ? "." : $". The line has {string.Join(", ", others)}; \"prompt\" or \"question\" with \"answer\" are read too."));
            return [];
        }

        if (list.ValueKind == JsonValueKind.String && key != RecordShape.Messages)
        {
            string text = list.GetString()!;
            if (string.IsNullOrWhiteSpace(text))
            {
                Problem($"\"{key}\" is empty; write the prompt or remove the record.");
            }

            return [new("user", text)];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            string text = key == RecordShape.Messages ? "" : "a text or ";
            Problem($"\"{key}\" is {JsonWords.Show(list)}, but needs to be {text}a list of turns such as {RecordShape.Example}.");
            return [];
        }

        return new TurnReader(key, Problem).Read(list);
    }

    void Problem(string sentence) => problems.Add(line, sentence);

    static string An(string role) => role == "assistant" ? "an assistant" : $"a {role}";
}
