using System.Text.Json;
using Hone.Grading;
using Hone.Grading.Workers;
using Hone.Server.Accounts;

namespace Hone.Server.Queue.Graders;

/// <summary>
/// What a grader may name of the server's machine: files that came with it, and the server's own models. Other files, the network, and what is in
/// the server's environment, such as its keys, are the machine's owner's; so is code, where the machine cannot keep it from the server's files.
/// </summary>
sealed class GraderFiles(ServerSettings settings)
{
    const string Variable = "names an environment variable of the server, which only the machine's owner may.";

    static readonly string[] _code = ["python", "process", "csharp", "codeTests", "sqlResult"];

    public IEnumerable<string> Problems(Caller caller, GraderSettings grader, string path, GraderContext context)
    {
        if (IsOwner(caller))
        {
            return [];
        }

        string[] allowed = [.. settings.ModelFolders.Append(context.Folder).Select(folder => Path.GetFullPath(folder) + Path.DirectorySeparatorChar)];
        return grader.Files(context)
            .Where(file => !allowed.Any(folder => (Path.GetFullPath(file.Path) + Path.DirectorySeparatorChar).StartsWith(folder, StringComparison.Ordinal)))
            .Select(file => $"{path}{file.Place} names a file of the server's machine, which only its owner may; upload the file and give its id.")
            .Concat(Members(grader.Json, path));
    }

    /// <summary>Whether the caller may name files of this machine.</summary>
    public static bool IsOwner(Caller caller) => caller.Account == Caller.FirstAccount && caller.Scopes.HasFlag(KeyScopes.Admin);

    static IEnumerable<string> Members(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Problem(member) is { } problem
            ? [$"{path}.{member.Name} {problem}"]
            : Members(member.Value, $"{path}.{member.Name}")),
        JsonValueKind.Array => json.EnumerateArray().SelectMany((item, i) => Members(item, $"{path}[{i}]")),
        _ => [],
    };

    static string? Problem(JsonProperty member) => member.Name switch
    {
        "env" when member.Value.ValueKind == JsonValueKind.String => Variable,
        "environment" when member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() > 0 => Variable,
        "network" when member.Value.ValueKind == JsonValueKind.True => "opens the server's network, which only the machine's owner may.",
        "kind" or "type" when member.Value.ValueKind == JsonValueKind.String && _code.Contains(member.Value.GetString()) && !PrivateFiles.CanBeHidden =>
            $"is {member.Value.GetString()}, which runs code; this machine cannot keep code from the server's files (it has neither bubblewrap nor mount "
            + "namespaces), so that only its owner may use it.",
        _ => null,
    };
}
