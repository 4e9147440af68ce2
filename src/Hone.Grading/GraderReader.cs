using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Hone.Grading;

/// <summary>Reads a grader from its JSON form and collects what is wrong with it, and the paths that it names, on the way.</summary>
sealed class GraderReader(GraderContext context)
{
    const int Deepest = 16;

    readonly List<string> _problems = [];
    int _depth;

    public GraderContext Context => context;

    /// <summary>Keys that hold paths, as lists of names and indices from the root, with the absolute path.</summary>
    public List<(string Place, string Path)> Files { get; } = [];

    /// <returns>False where there are problems.</returns>
    public static bool TryRead(
        JsonElement json, string path, GraderContext context, [NotNullWhen(true)] out IGrader? grader, out IReadOnlyList<string> problems)
    {
        var reader = new GraderReader(context);
        problems = reader._problems;
        grader = reader.ReadText(json, path);
        return grader is not null;
    }

    /// <summary>The settings with absolute paths in place of relative ones.</summary>
    public static JsonElement WithAbsolutePaths(JsonElement json, GraderContext context)
    {
        var reader = new GraderReader(context);
        reader.ReadText(json, "")?.DisposeAsync().AsTask().Wait();
        return reader.Files.Count == 0 ? json : GraderPaths.Replace(json, reader.Files);
    }

    public static IReadOnlyList<(string Place, string Path)> FilesOf(JsonElement json, GraderContext context)
    {
        var reader = new GraderReader(context);
        reader.ReadText(json, "")?.DisposeAsync().AsTask().Wait();
        return reader.Files;
    }

    /// <summary>Null where there are problems.</summary>
    public IGrader? Read(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Problem($"{path} is {Show(json)}, but needs to be an object such as {{\"kind\":\"finalNumber\"}}.");
        }

        if (++_depth > Deepest)
        {
            return Problem($"{path} is nested deeper than {Deepest} graders; write the parts into one weighted grader.");
        }

        int before = _problems.Count;
        var form = new GraderForm(this, json, path);
        var grader = form.Kind() is { } read ? read(form) : null;
        form.RefuseUnknown();
        _depth--;
        return _problems.Count == before ? grader : null;
    }

    public IGrader? Problem(string sentence)
    {
        _problems.Add(sentence);
        return null;
    }

    public static string Show(JsonElement json) =>
        json.GetRawText() is { Length: <= 60 } text ? text : $"{json.GetRawText()[..60]}…";

    IGrader? ReadText(JsonElement json, string path)
    {
        try
        {
            return Read(json, path);
        }
        catch (InvalidOperationException)
        {
            // What is JSON and no text: "\ud800" alone. System.Text.Json tells it when the text is asked for.
            return Problem($"{path} holds a text with half of a surrogate pair (such as \\ud800 alone), which is no character.");
        }
    }
}
