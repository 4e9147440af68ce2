using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue.Graders;

namespace Hone.Server.Queue.Inputs;

/// <summary>A file that an input stands for, and its name below the job's inputs.</summary>
sealed record InputPart(string Source, string Name);

/// <summary>Finds, opens and fetches what jobs read: uploaded files, objects behind s3:// addresses, files of the machine.</summary>
sealed class JobInputs(IFiles files, IObjects objects)
{
    const int LongestEnding = 12;

    /// <summary>The files of all inputs. Each can be opened.</summary>
    /// <exception cref="ApiProblem">One is not there, or the caller may not read it.</exception>
    public async Task<IReadOnlyList<(JobInput Input, IReadOnlyList<InputPart> Parts)>> Find(
        Caller caller, IReadOnlyList<JobInput> inputs, CancellationToken stop)
    {
        List<(JobInput, IReadOnlyList<InputPart>)> found = [];
        foreach (var (input, name) in Named(inputs))
        {
            found.Add((input, await PartsOf(caller, input, name, stop)));
        }

        return found;
    }

    /// <summary>The files of one input, whose files are called <paramref name="name"/> and a number where there are several.</summary>
    public async Task<IReadOnlyList<InputPart>> PartsOf(Caller caller, JobInput input, string name, CancellationToken stop)
    {
        string source = input.Source;
        if (source.StartsWith("s3://", StringComparison.Ordinal))
        {
            return Number(await objects.List(source, stop), name, input);
        }

        if (Path.IsPathRooted(source))
        {
            return OnThisMachine(caller, input, name);
        }

        var file = await files.Find(caller, source, stop);
        return [new(file.Id, Place(input, name) + Ending(file.Name))];
    }

    public async Task<Stream> Open(Caller caller, string source, CancellationToken stop) =>
        source.StartsWith("s3://", StringComparison.Ordinal) ? await objects.Open(source, stop)
        : Path.IsPathRooted(source) ? File.OpenRead(source)
        : await files.Open(caller, source, stop);

    /// <summary>Each input with the name that its files get: its role, and a number from the second of a role on.</summary>
    public static IEnumerable<(JobInput Input, string Name)> Named(IReadOnlyList<JobInput> inputs) =>
        inputs.GroupBy(input => input.Role)
            .SelectMany(role => role.Select((input, i) => (input, i == 0 ? role.Key : $"{role.Key}-{i + 1}")));

    static IReadOnlyList<InputPart> OnThisMachine(Caller caller, JobInput input, string name)
    {
        if (!GraderFiles.IsOwner(caller))
        {
            throw new ApiProblem(
                ProblemKind.Forbidden,
                $"The {input.Role} input is the path {input.Source}, but only the machine's owner may name paths; upload the file and give its id.");
        }

        if (Directory.Exists(input.Source))
        {
            return Number([.. Directory.GetFiles(input.Source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)], name, input);
        }

        return File.Exists(input.Source)
            ? [new(input.Source, Place(input, name) + Ending(input.Source))]
            : throw ApiProblem.Invalid($"The {input.Role} input is {input.Source}, but there is no such file or folder.");
    }

    static IReadOnlyList<InputPart> Number(IReadOnlyList<string> sources, string name, JobInput input) => sources switch
    {
        [] => throw ApiProblem.Invalid($"The {input.Role} input is {input.Source}, but there is nothing."),
        [var one] => [new(one, Place(input, name) + Ending(one))],
        _ => [.. sources.Select((source, i) => new InputPart(source, $"{Place(input, name)}-{i + 1:D5}{Ending(source)}"))],
    };

    // Logs of calls are read as a folder.
    static string Place(JobInput input, string name) => input.InvocationLogs is null ? name : Path.Combine(name, "log");

    // What the source is called may decide how it is read (.gz, .py); nothing else of its name gets into a path.
    static string Ending(string source)
    {
        string name = source[(source.LastIndexOf('/') + 1)..];
        string ending = Path.GetExtension(name).ToLowerInvariant();
        ending = ending == ".gz" ? Path.GetExtension(Path.GetFileNameWithoutExtension(name)).ToLowerInvariant() + ending : ending;
        return ending.Length <= LongestEnding && ending.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') ? ending : "";
    }
}
