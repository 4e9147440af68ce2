namespace Hone.Server.Registry;

/// <summary>The base models: sub-folders of the model folders that hold a config.json. Looked at anew each time, so a folder may come and go.</summary>
sealed class BaseModels(ServerSettings settings)
{
    /// <summary>All of them by name. Of two folders of one name, the one in the folder that is named first.</summary>
    public IReadOnlyList<ServedModel> All() =>
    [
        .. settings.ModelFolders.Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Where(HasConfig)
            .DistinctBy(Path.GetFileName)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .Select(Model),
    ];

    public ServedModel? Find(string id)
    {
        bool isName = id.Length > 0 && id == Path.GetFileName(id) && id is not ("." or "..") && !id.Contains('\0', StringComparison.Ordinal);
        return isName && settings.ModelFolders.Select(folder => Path.Combine(folder, id)).FirstOrDefault(HasConfig) is { } found ? Model(found) : null;
    }

    static bool HasConfig(string folder) => File.Exists(Path.Combine(folder, "config.json"));

    static ServedModel Model(string folder)
    {
        string id = Path.GetFileName(folder);
        return new ServedModel
        {
            Id = id,
            Kind = ModelKind.Base,
            Name = id,
            Base = id,
            Folder = Path.GetFullPath(folder),
            Created = File.GetLastWriteTimeUtc(Path.Combine(folder, "config.json")),
        };
    }
}
