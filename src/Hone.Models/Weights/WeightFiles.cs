namespace Hone.Models.Weights;

/// <summary>The weights of a model folder: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> lists.</summary>
public sealed unsafe class WeightFiles : IDisposable
{
    public const string SingleName = "model.safetensors";
    public const string IndexName = "model.safetensors.index.json";

    readonly Dictionary<string, SafetensorsFile> _fileOfTensor;
    readonly IReadOnlyList<SafetensorsFile> _files;

    internal WeightFiles(string folder, IReadOnlyList<SafetensorsFile> files, Dictionary<string, SafetensorsFile> fileOfTensor)
    {
        Folder = folder;
        _files = files;
        _fileOfTensor = fileOfTensor;
        Names = [.. fileOfTensor.Keys.Order(StringComparer.Ordinal)];
    }

    public string Folder { get; }

    /// <summary>Names of all tensors, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <exception cref="ModelFileException">
    /// The folder has no weights, a file is damaged, or the index names a file or a tensor that is not there.
    /// </exception>
    public static WeightFiles Open(string folder)
    {
        string single = Path.Combine(folder, SingleName);
        if (File.Exists(single))
        {
            FolderLinks.RequireInside(folder, single);
            var file = SafetensorsFile.Open(single);
            return new(folder, [file], file.Tensors.Keys.ToDictionary(name => name, _ => file, StringComparer.Ordinal));
        }

        if (File.Exists(Path.Combine(folder, IndexName)))
        {
            return ShardIndex.Open(folder);
        }

        string hint = Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.bin").Any()
            ? " Files that end in .bin are not read: convert them to safetensors."
            : "";
        throw new ModelFileException(folder, $"the folder has neither {SingleName} nor {IndexName}.{hint}");
    }

    public bool Has(string name) => _fileOfTensor.ContainsKey(name);

    /// <summary>The file that holds a tensor.</summary>
    /// <exception cref="ModelFileException">No file of the folder has it.</exception>
    public SafetensorsFile FileOf(string name) =>
        _fileOfTensor.TryGetValue(name, out var file)
            ? file
            : throw new ModelFileException(Folder, $"the model has no tensor '{name}'; it has {Names.Count} others.");

    public SafetensorsEntry Entry(string name) => FileOf(name).Entry(name);

    /// <inheritdoc cref="SafetensorsFile.Bytes"/>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        var file = FileOf(name);
        return file.Bytes(file.Entry(name));
    }

    /// <inheritdoc cref="SafetensorsFile.Pointer"/>
    public byte* Pointer(string name)
    {
        var file = FileOf(name);
        return file.Pointer(file.Entry(name));
    }

    /// <inheritdoc cref="SafetensorsFile.Map(SafetensorsEntry)"/>
    public MappedTensor Map(string name)
    {
        var file = FileOf(name);
        return file.Map(file.Entry(name));
    }

    /// <inheritdoc cref="SafetensorsFile.Map(SafetensorsEntry, long, long)"/>
    public MappedTensor Map(string name, long offset, long byteCount)
    {
        var file = FileOf(name);
        return file.Map(file.Entry(name), offset, byteCount);
    }

    /// <inheritdoc cref="SafetensorsFile.ReadF32"/>
    public float[] ReadF32(string name) => FileOf(name).ReadF32(name);

    /// <inheritdoc cref="SafetensorsFile.ReadBf16"/>
    public ushort[] ReadBf16(string name) => FileOf(name).ReadBf16(name);

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }
}
