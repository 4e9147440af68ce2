using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>Reads <c>method.reinforcement</c>.</summary>
static class Reinforcement
{
    public static JsonObject Read(JsonForm form)
    {
        form.Require("grader", "an object such as {\"type\":\"string_check\",…}");
        var grader = GraderShape.Read(form, "grader");
        var settings = form.Object("hyperparameters", Hyperparameters.Reinforcement) ?? [];
        var gate = form.Object("response_format", ResponseFormat);
        settings["grader"] = grader is null || gate is null ? grader : new JsonObject
        {
            ["kind"] = "gate",
            ["gates"] = new JsonArray(gate),
            ["grader"] = grader,
        };
        return settings;
    }

    /// <summary>The form that answers have to have, as a grader that scores 1 or 0; null: none.</summary>
    static JsonObject? ResponseFormat(JsonForm form)
    {
        form.Require("type", "'text', 'json_object' or 'json_schema'");
        string? type = form.Choice("type", "text", "json_object", "json_schema");
        if (type != "json_schema")
        {
            return type == "json_object" ? new() { ["kind"] = "jsonValid", ["from"] = "whole", ["root"] = "object" } : null;
        }

        form.Require("json_schema", "an object with name and schema");
        return form.Object("json_schema", JsonSchema) is { } schema
            ? new() { ["kind"] = "jsonSchema", ["from"] = "whole", ["schema"] = schema }
            : null;
    }

    static JsonObject? JsonSchema(JsonForm form)
    {
        form.Text("name");
        form.Text("description");
        form.Flag("strict");
        form.Require("schema", "a JSON schema");
        return form.Object("schema", schema =>
        {
            schema.Ignore([.. schema.Json.EnumerateObject().Select(member => member.Name)]);
            return JsonObject.Create(schema.Json.Clone());
        });
    }
}
