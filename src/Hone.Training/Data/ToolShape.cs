using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data;

/// <summary>Tools and calls of tools: OpenAI's form, with or without the <c>function</c> around name and arguments.</summary>
static class ToolShape
{
    const string ToolExample = """{"type":"function","function":{"name":"…","parameters":{"type":"object","properties":{}}}}""";

    const string CallExample = """{"id":"…","type":"function","function":{"name":"…","arguments":"{}"}}""";

    /// <param name="tools">A list of objects.</param>
    /// <param name="problem">Takes a sentence for each thing that is wrong.</param>
    public static void CheckTools(JsonElement tools, Action<string> problem)
    {
        if (tools.GetArrayLength() == 0)
        {
            problem("\"tools\" is empty; name a tool, or leave the key out where there is none.");
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        int index = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            CheckTool(tool, $"tools[{index++}]", names, problem);
        }
    }

    static void CheckTool(JsonElement tool, string place, HashSet<string> names, Action<string> problem)
    {
        var function = tool.Member("function").IsNothing() ? tool : tool.Member("function");
        if ((tool.Text("type") ?? "function") != "function" || string.IsNullOrWhiteSpace(function.Text("name")))
        {
            problem($"{place} is {JsonWords.Show(tool)}, but needs to be a function with a name, such as {ToolExample}.");
            return;
        }

        string name = function.Text("name")!;
        if (!names.Add(name))
        {
            problem($"{place} is named \"{name}\" as another tool is; names of tools need to differ.");
        }

        var parameters = function.Member("parameters");
        if (!parameters.IsNothing() && parameters.ValueKind != JsonValueKind.Object)
        {
            problem($"{place}: the parameters of \"{name}\" are {JsonWords.Show(parameters)}, but need to be a JSON schema, an object.");
        }
    }

    /// <param name="turn">An object.</param>
    /// <param name="role">Who speaks.</param>
    /// <param name="place">Where the turn is, for sentences.</param>
    /// <param name="known">Ids of the calls before it. Those of the turn are added.</param>
    /// <param name="problem">Takes a sentence for each thing that is wrong.</param>
    public static void CheckCalls(JsonElement turn, string role, string place, HashSet<string> known, Action<string> problem)
    {
        var calls = turn.Member("tool_calls");
        if (!calls.IsNothing() && (calls.ValueKind != JsonValueKind.Array || calls.GetArrayLength() == 0))
        {
            problem($"{place}.tool_calls is {JsonWords.Show(calls)}, but needs to be a list of calls such as {CallExample}.");
        }
        else if (!calls.IsNothing() && role != "assistant")
        {
            problem($"{place} has \"tool_calls\", but only an assistant turn calls tools.");
        }
        else if (!calls.IsNothing())
        {
            CheckEach(calls, $"{place}.tool_calls", known, problem);
        }

        if (!turn.Member("function_call").IsNothing())
        {
            CheckFunction(turn.Member("function_call"), $"{place}.function_call", problem);
        }

        var answered = turn.Member("tool_call_id");
        if (!answered.IsNothing() && answered.ValueKind != JsonValueKind.String)
        {
            problem($"{place}.tool_call_id is {JsonWords.Show(answered)}, but needs to be the id of a call, a text.");
        }
        else if (!answered.IsNothing() && known.Count > 0 && !known.Contains(answered.GetString()!))
        {
            problem($"{place}.tool_call_id is {JsonWords.Show(answered)}, but no call before it has that id.");
        }
    }

    static void CheckEach(JsonElement calls, string place, HashSet<string> known, Action<string> problem)
    {
        int index = 0;
        foreach (var call in calls.EnumerateArray())
        {
            CheckFunction(call.Member("function").IsNothing() ? call : call.Member("function"), $"{place}[{index++}]", problem);
            if (call.Text("id") is { } id)
            {
                known.Add(id);
            }
        }
    }

    static void CheckFunction(JsonElement function, string place, Action<string> problem)
    {
        if (string.IsNullOrWhiteSpace(function.Text("name")))
        {
            problem($"{place} is {JsonWords.Show(function)}, but needs to be a call with a name, such as {CallExample}.");
            return;
        }

        var arguments = function.Member("arguments");
        bool isObject = arguments.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object
            || (arguments.ValueKind == JsonValueKind.String && Parsed(arguments.GetString()!) is not null);
        if (!isObject)
        {
            problem($"{place}: the arguments of \"{function.Text("name")}\" are {JsonWords.Show(arguments)}, but need to be a JSON object, as it is or as text.");
        }
    }

    /// <summary>Templates write the arguments of a call themselves, so they get the object and not its text; an old <c>function_call</c> is one call.</summary>
    public static void ForTemplate(JsonObject turn)
    {
        if (turn["function_call"] is JsonObject old && turn["tool_calls"] is null)
        {
            turn.Remove("function_call");
            turn["tool_calls"] = new JsonArray(new JsonObject { ["type"] = "function", ["function"] = old });
        }

        foreach (var call in turn["tool_calls"] as JsonArray ?? [])
        {
            if (((call as JsonObject)?["function"] as JsonObject ?? call as JsonObject) is { } function
                && function["arguments"] is JsonValue value && value.TryGetValue(out string? text) && Parsed(text) is { } arguments)
            {
                function["arguments"] = arguments;
            }
        }
    }

    // An empty text is how some programs write a call without arguments.
    static JsonObject? Parsed(string text)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? [] : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
