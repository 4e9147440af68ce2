using System.Text.Json;
using Hone.Grading;
using Hone.Server.Accounts;

namespace Hone.Server.Queue.Graders;

/// <summary>
/// What a grader may name of the server's machine: files that came with it, and the server's own models. Other files and what is in the
/// server's environment, such as its keys, are the machine's owner's.
/// </summary>
sealed class GraderFiles(ServerSettings settings)
{
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
            .Concat(Variables(grader.Json, path));
    }

    /// <summary>Whether the caller may name files of this machine.</summary>
    public static bool IsOwner(Caller caller) => caller.Account == Caller.FirstAccount && caller.Scopes.HasFlag(KeyScopes.Admin);

    static IEnumerable<string> Variables(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Names(member)
            ? [$"{path}.{member.Name} names an environment variable of the server, which only the machine's owner may."]
            : Variables(member.Value, $"{path}.{member.Name}")),
        JsonValueKind.Array => json.EnumerateArray().SelectMany((item, i) => Variables(item, $"{path}[{i}]")),
        _ => [],
    };

    static bool Names(JsonProperty member) =>
        (member.NameEquals("env") && member.Value.ValueKind == JsonValueKind.String)
        || (member.NameEquals("environment") && member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() > 0);
}
