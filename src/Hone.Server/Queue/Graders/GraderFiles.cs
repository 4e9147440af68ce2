using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Grading.Workers;
using Hone.Server.Accounts;

namespace Hone.Server.Queue.Graders;

/// <summary>
/// What a grader may name of the server's machine: files that came with it, and the server's own models. Other files, its network, and what is in
/// the server's environment, such as its keys, are the machine's owner's; so is code, where the machine cannot keep it from the server's files.
/// </summary>
sealed class GraderFiles(ServerSettings settings)
{
    const string Variable = "names an environment variable of the server, which only the machine's owner may.";

    const string Credentials =
        "calls AWS Lambda with the server's AWS credentials, which only keys of its first account may; use a python or http grader.";

    static readonly WorkerLimits _usual = new();

    static readonly Dictionary<string, double> _most = new()
    {
        ["workers"] = _usual.Workers,
        ["processes"] = _usual.Processes,
        ["memoryMegabytes"] = _usual.MemoryMegabytes,
        ["temporaryMegabytes"] = _usual.TemporaryMegabytes,
        ["outputMegabytes"] = _usual.OutputMegabytes,
    };

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
            .Concat(Members(caller, grader.Json, path));
    }

    /// <summary>
    /// Comes before anything reads the grader: reading one with a C# project builds it, and a build runs whatever the project says as the server's
    /// own user.
    /// </summary>
    /// <exception cref="ApiProblem">A stranger's grader names a project.</exception>
    public static void RefuseBuilds(Caller caller, JsonNode? grader, string path)
    {
        if (IsOwner(caller))
        {
            return;
        }

        for (int i = 0; i < (grader as JsonArray)?.Count; i++)
        {
            RefuseBuilds(caller, grader[i], $"{path}[{i}]");
        }

        foreach (var (key, value) in grader as JsonObject ?? [])
        {
            if (key == "project")
            {
                throw ApiProblem.Invalid($"{path}.project is built on the server's machine, which only its owner may; upload one C# file and name it in file.", path);
            }

            RefuseBuilds(caller, value, $"{path}.{key}");
        }
    }

    /// <summary>Whether the caller may name files of this machine.</summary>
    public static bool IsOwner(Caller caller) => caller.Account == Caller.FirstAccount && caller.Scopes.HasFlag(KeyScopes.Admin);

    IEnumerable<string> Members(Caller caller, JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Problem(caller, member) is { } problem
            ? [$"{path}.{member.Name} {problem}"]
            : Members(caller, member.Value, $"{path}.{member.Name}")),
        JsonValueKind.Array => json.EnumerateArray().SelectMany((item, i) => Members(caller, item, $"{path}[{i}]")),
        _ => [],
    };

    string? Problem(Caller caller, JsonProperty member) => (member.Name, member.Value.ValueKind) switch
    {
        ("kind" or "type", JsonValueKind.String) when member.Value.GetString() == "lambda" && IsWithOthersCredentials(caller) => Credentials,
        ("graderConfig", JsonValueKind.Object) when IsWithOthersCredentials(caller) => Credentials,
        ("env", JsonValueKind.String) => Variable,
        ("environment", JsonValueKind.Array) when member.Value.GetArrayLength() > 0 => Variable,
        ("network", JsonValueKind.True) => "opens the server's network, which only the machine's owner may.",
        ("url" or "endpoint", JsonValueKind.String) when IsPrivate(member.Value.GetString()!) =>
            "is an address of the server's machine or its network, which only the machine's owner may name.",
        ("kind" or "type", JsonValueKind.String) when _code.Contains(member.Value.GetString()) && !PrivateFiles.CanBeHidden =>
            $"is {member.Value.GetString()}, which runs code; this machine cannot keep code from the server's files (it has neither bubblewrap nor mount "
            + "namespaces), so that only its owner may use it.",
        (_, JsonValueKind.Number) when _most.TryGetValue(member.Name, out double most) && member.Value.GetDouble() > most =>
            $"is {member.Value.GetRawText()}, but may be {most} at most, except for the machine's owner.",
        _ => null,
    };

    // An endpoint of the server's own choosing is not AWS, and takes any signature.
    bool IsWithOthersCredentials(Caller caller) => caller.Account != Caller.FirstAccount && settings.LambdaEndpoint is null;

    // What a name means is asked for now: one that nobody knows fails when it is called.
    bool IsPrivate(string address)
    {
        if (address == settings.LambdaEndpoint || !Uri.TryCreate(address, UriKind.Absolute, out var place))
        {
            return false;
        }

        try
        {
            return Dns.GetHostAddresses(place.DnsSafeHost).Any(PublicAddress.IsPrivate);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return false;
        }
    }
}
