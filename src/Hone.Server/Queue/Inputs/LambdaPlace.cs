using System.Text.Json.Nodes;

namespace Hone.Server.Queue.Inputs;

/// <summary>Sends Lambda graders to the server's own endpoint, where they name none.</summary>
static class LambdaPlace
{
    public static void Put(JsonNode? grader, string? endpoint)
    {
        if (endpoint is null)
        {
            return;
        }

        switch (grader)
        {
            case JsonObject members:
                foreach (var (_, value) in members.ToList())
                {
                    Put(value, endpoint);
                }

                if (IsLambda(members) && !members.ContainsKey("endpoint"))
                {
                    members["endpoint"] = endpoint;
                }

                break;
            case JsonArray items:
                foreach (var item in items.ToList())
                {
                    Put(item, endpoint);
                }

                break;
        }
    }

    // Bedrock's form has no kind.
    static bool IsLambda(JsonObject members) =>
        members["graderConfig"] is JsonObject || Word(members["kind"]) == "lambda" || Word(members["type"]) == "lambda";

    static string? Word(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
