namespace Hone.Grading.Workers;

/// <summary>A program that answers lines with lines.</summary>
/// <param name="FileName">An absolute path, or a name that PATH knows.</param>
/// <param name="Folder">Where it runs: its relative paths start there.</param>
sealed record WorkerProgram(string FileName, IReadOnlyList<string> Arguments, string Folder)
{
    /// <summary>Variables beside those that every worker gets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Folders beside <see cref="Folder"/> that it reads, such as its interpreter's.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Files that it reads, in full paths, wherever they are.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>It writes a line when it is ready, before it is asked anything.</summary>
    public bool TellsReady { get; init; }
}
