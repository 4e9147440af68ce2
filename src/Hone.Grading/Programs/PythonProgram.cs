using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading.Workers;

namespace Hone.Grading.Programs;

/// <summary>A Python function as a worker's program.</summary>
/// <param name="Name">What it is called in messages, and by the context that a handler gets.</param>
/// <param name="Function">Its name.</param>
sealed record PythonProgram(string Name, string Function)
{
    /// <summary>The file that has the function; null where the source has it.</summary>
    public string? File { get; init; }

    public string? Source { get; init; }

    /// <summary>Further files that the function opens.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>It takes a sample and an item, and returns a number, instead of a list and a list.</summary>
    public bool TakesOne { get; init; }

    /// <summary>Path or name of the interpreter; null for Python 3 in PATH.</summary>
    public string? Interpreter { get; init; }

    /// <exception cref="WorkerFault">There is no Python.</exception>
    public WorkerProgram Worker(WorkerLimits limits)
    {
        var python = PythonInterpreter.Find(Interpreter);
        return new(python.Path, ["-u", "-c", Embedded("Workers.worker.py"), Settings(limits)], Folder)
        {
            TellsReady = true,
            Folders = [.. python.Folders, python.UserBase],
            Files = [.. File is null ? [] : new[] { File }, .. Reads],
            Environment = new Dictionary<string, string>
            {
                // Sets have one order in every worker.
                ["PYTHONHASHSEED"] = "0",
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                ["PYTHONIOENCODING"] = "utf-8:backslashreplace",
                ["PYTHONUSERBASE"] = python.UserBase,
            },
        };
    }

    /// <summary>A file that is part of this assembly.</summary>
    /// <param name="name">Folder and file, with dots between.</param>
    public static string Embedded(string name)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream($"Hone.Grading.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // That of the file, as in Lambda; a source has no files beside it.
    string Folder => Path.GetDirectoryName(File) ?? Path.GetPathRoot(Environment.CurrentDirectory)!;

    string Settings(WorkerLimits limits) => JsonSerializer.Serialize(new JsonObject
    {
        ["name"] = Name,
        ["function"] = Function,
        ["file"] = File,
        ["source"] = Source,
        ["each"] = TakesOne,
        ["seconds"] = limits.CallSeconds,
        ["megabytes"] = limits.MemoryMegabytes,
    });
}
