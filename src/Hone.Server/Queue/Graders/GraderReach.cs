using System.Text.Json.Nodes;
using Hone.Server.Accounts;

namespace Hone.Server.Queue.Graders;

/// <summary>
/// Whom a grader calls. Lambda graders that name no endpoint get the server's own; others than the machine's owner reach addresses of the open internet
/// alone, which is looked at whenever a connection is made: a name may mean something else by then.
/// </summary>
static class GraderReach
{
    static readonly string[] _addresses = ["url", "endpoint"];

    public static void Limit(JsonNode? grader, Caller caller, ServerSettings settings) =>
        Limit(grader, settings.LambdaEndpoint, GraderFiles.IsOwner(caller));

    static void Limit(JsonNode? node, string? lambda, bool isOwner)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Limit(item, lambda, isOwner);
            }
        }

        if (node is not JsonObject members)
        {
            return;
        }

        foreach (var (_, value) in members)
        {
            Limit(value, lambda, isOwner);
        }

        if (lambda is not null && IsLambda(members) && !members.ContainsKey("endpoint"))
        {
            members["endpoint"] = lambda;
        }

        if (!isOwner && _addresses.Any(key => Word(members[key]) is { } address && address != lambda))
        {
            members["publicOnly"] = true;
        }
    }

    // Bedrock's form has no kind.
    static bool IsLambda(JsonObject members) =>
        members["graderConfig"] is JsonObject || Word(members["kind"]) == "lambda" || Word(members["type"]) == "lambda";

    static string? Word(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
