using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Chat;

/// <summary>Reads the form that an answer has to have.</summary>
static class ResponseFormat
{
    /// <param name="isNested">Chat completions write the schema below <c>json_schema</c>, responses beside the type.</param>
    /// <returns>A JSON schema, <c>true</c> for any object, null for any text.</returns>
    public static JsonNode? Read(JsonForm form, bool isNested)
    {
        form.Require("type", "'text', 'json_object' or 'json_schema'");
        string? type = form.Choice("type", "text", "json_object", "json_schema");
        if (type != "json_schema")
        {
            return type == "json_object" ? JsonValue.Create(true) : null;
        }

        if (!isNested)
        {
            return Named(form);
        }

        form.Require("json_schema", "an object with name and schema");
        return form.Object("json_schema", Named);
    }

    // What the schema says always holds: strict or not makes no difference.
    static JsonNode? Named(JsonForm form)
    {
        form.RequiredText("name", "a name of the schema");
        form.Text("description");
        form.Flag("strict");
        form.Require("schema", "a JSON schema");
        switch (form.Any("schema"))
        {
            case { ValueKind: JsonValueKind.Object } schema:
                return JsonObject.Create(schema.Clone());
            case { } other:
                form.WrongType("schema", other, "a JSON schema");
                return null;
            default:
                return null;
        }
    }
}
