using Hone.Grading.Judges.Chat;

namespace Hone.Grading;

/// <summary>What graders are built with beside their settings.</summary>
/// <param name="Folder">What relative paths in the settings start from: the folder of the job file.</param>
public sealed record GraderContext(string Folder)
{
    /// <summary>Paths start from the current folder.</summary>
    public static GraderContext Here => new(Environment.CurrentDirectory);

    /// <summary>A file that the settings name and that is not there is a problem. False for a run that is only looked at.</summary>
    public bool FilesMustExist { get; init; } = true;

    /// <summary>Folder of what graders keep between runs, such as the answers of judges.</summary>
    public string CacheFolder { get; init; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "hone");

    /// <summary>Opens a model folder as a judge whose weights stay as they are. Null: this program computes no models.</summary>
    public Func<string, IChatModel>? OpenModel { get; init; }

    /// <summary>Hears what a person should know during a run, in sentences, from any thread.</summary>
    public Action<string>? Tell { get; init; }
}
