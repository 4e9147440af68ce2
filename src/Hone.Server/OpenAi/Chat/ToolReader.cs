using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Chat;

/// <summary>Reads <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
/// <param name="isNested">Chat completions write <c>{"type":"function","function":{…}}</c>, responses <c>{"type":"function",…}</c>.</param>
sealed class ToolReader(JsonForm form, bool isNested)
{
    const int Most = 128;

    /// <param name="answer">The schema that an answer has to fit; null: none.</param>
    public ToolUse Read(JsonNode? answer)
    {
        var functions = form.List("tools", Most, Tool);
        foreach (string twice in functions.GroupBy(function => Name(function)).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            form.Wrong("tools", $"{form.At("tools")} has two functions '{twice}'; their names need to differ.");
        }

        bool several = form.Flag("parallel_tool_calls") ?? true;
        var (mode, names) = Choice(functions);
        if (mode == "none" || functions.Count == 0)
        {
            return ToolUse.None;
        }

        List<JsonObject> allowed = [.. functions.Where(function => names is null || names.Contains(Name(function)))];
        JsonArray shown = [.. allowed.Select(function => new JsonObject { ["type"] = "function", ["function"] = function.DeepClone() })];
        return Use(mode, allowed, answer) with { Shown = shown, Several = several };
    }

    static ToolUse Use(string mode, List<JsonObject> functions, JsonNode? answer)
    {
        string[] names = [.. functions.Select(Name)];
        var calls = functions.Select(function => (Name(function), Parameters(function)));
        return (mode, functions.Count) switch
        {
            ("required", 1) => new(null, names, CallForm.Arguments, false) { Schema = Parameters(functions[0]) },
            ("required", _) => new(null, names, CallForm.Call, false) { Schema = CallSchema.Of(calls) },
            _ when answer is not null => new(null, names, CallForm.CallOrAnswer, false) { Schema = CallSchema.Of(calls, AsSchema(answer)) },
            _ => new(null, names, CallForm.Free, false),
        };
    }

    // "true" asks for any JSON object.
    static JsonNode AsSchema(JsonNode answer) =>
        answer.GetValueKind() == JsonValueKind.True ? new JsonObject { ["type"] = "object" } : answer;

    JsonObject? Tool(JsonForm tool)
    {
        tool.Require("type", "'function'");
        string? type = tool.Text("type");
        if (type is not null and not "function")
        {
            tool.Ignore([.. tool.Json.EnumerateObject().Select(member => member.Name)]);
            tool.Wrong("type", $"{tool.At("type")} is '{type}', but Hone's models call functions of the client only; it needs to be 'function'.");
            return null;
        }

        if (!isNested)
        {
            return Function(tool);
        }

        tool.Require("function", "an object with name and parameters");
        return tool.Object("function", Function);
    }

    static JsonObject? Function(JsonForm form)
    {
        string name = form.RequiredText("name", "the function's name");
        if (name.Length > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
        {
            form.Wrong("name", $"{form.At("name")} is '{name}', but needs 64 letters, digits, '_', '-' or '.' at most.");
        }

        var function = new JsonObject { ["name"] = name };
        if (form.Text("description") is { } description)
        {
            function["description"] = description;
        }

        // Arguments always fit the parameters where a call is demanded; a call that the model is free to make is written as it likes.
        form.Flag("strict");
        function["parameters"] = form.Any("parameters") is { } parameters
            ? Schema(form, parameters)
            : new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
        return function;
    }

    static JsonObject? Schema(JsonForm form, JsonElement parameters)
    {
        if (parameters.ValueKind == JsonValueKind.Object)
        {
            return JsonObject.Create(parameters.Clone());
        }

        form.WrongType("parameters", parameters, "a JSON schema");
        return null;
    }

    /// <summary>auto, none or required, and the functions that are left; null: all.</summary>
    (string Mode, IReadOnlyList<string>? Names) Choice(IReadOnlyList<JsonObject> functions)
    {
        if (form.Any("tool_choice") is not { } choice)
        {
            return ("auto", null);
        }

        var (mode, names) = choice.ValueKind == JsonValueKind.Object
            ? form.Object("tool_choice", Chosen)
            : (form.Choice("tool_choice", "none", "auto", "required") ?? "auto", null);
        if (mode == "required" && functions.Count == 0)
        {
            form.Wrong("tool_choice", $"{form.At("tool_choice")} asks for a call, but {form.At("tools")} has no functions.");
        }

        foreach (string unknown in names?.Except(functions.Select(Name)) ?? [])
        {
            form.Wrong("tool_choice", $"{form.At("tool_choice")} names '{unknown}', which is none of {form.At("tools")}.");
        }

        return (mode ?? "auto", names);
    }

    (string Mode, string[]? Names) Chosen(JsonForm choice)
    {
        choice.Require("type", "'function' or 'allowed_tools'");
        if (choice.Choice("type", "function", "allowed_tools") == "function")
        {
            string name = isNested
                ? choice.Object("function", function => function.RequiredText("name", "the function's name")) ?? ""
                : choice.RequiredText("name", "the function's name");
            return ("required", [name]);
        }

        return isNested ? choice.Object("allowed_tools", Allowed) : Allowed(choice);
    }

    (string Mode, string[] Names) Allowed(JsonForm allowed) =>
    (
        allowed.Choice("mode", "auto", "required") ?? "auto",
        [.. allowed.List("tools", Most, tool =>
        {
            tool.Choice("type", "function");
            return isNested ? tool.Object("function", function => function.RequiredText("name", "a name")) : tool.RequiredText("name", "a name");
        })]);

    static string Name(JsonObject function) => function["name"]!.GetValue<string>();

    static JsonNode Parameters(JsonObject function) => function["parameters"] ?? new JsonObject();
}
