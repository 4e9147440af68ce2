using Hone.Jobs;
using Hone.Models.Configuration;
using Hone.Models.Export;
using Hone.Models.Gguf;
using Hone.Training.Exporting;

namespace Hone.Cli.Exports;

/// <summary>Writes an export so that it is there whole or not at all.</summary>
static class ExportWriter
{
    /// <summary>What was written: bytes of weights, the type in words, and where other programs will compute something else.</summary>
    public sealed record Result(long Bytes, string Type, IReadOnlyList<string> Notes);

    public static Result Write(ExportOptions options, PolicyFolders folders)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Out));
        if (options.Format == ExportFormat.Adapter)
        {
            return WriteAdapter(folders, path);
        }

        using var weights = MergedWeights.Open(folders.Model, folders.Adapter);
        var stored = weights.Kind(DecoderTensors.Embedding);
        long bytes = 0;
        if (options.Format == ExportFormat.Gguf)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            bytes = GgufExport.Write(weights, folders.Model, path, options.TensorKind(stored));
            return new(bytes, options.TypeText(stored), [.. GgufExport.Notes(weights.Config, folders.Model)]);
        }

        Fill(path, folder =>
        {
            string config = Path.Combine(folders.Model, DecoderConfigReader.ConfigName);
            bytes = SafetensorsExport.Write(weights, config, folder, options.ElementKind(stored), options.MaxShardBytes);
            ModelFolderFiles.CopyBeside(folders.Model, folder);
        });
        return new(bytes, options.TypeText(stored), []);
    }

    static Result WriteAdapter(PolicyFolders folders, string path)
    {
        if (folders.Adapter is not { } source)
        {
            throw new CommandException("--format adapter needs an adapter; name a run's folder, or add --adapter FOLDER.");
        }

        var (config, modules) = AdapterFiles.Read(source);
        Fill(path, folder => AdapterFiles.Write(folder, config, modules));
        return new(modules.Values.Sum(factors => (long)sizeof(float) * (factors.A.Length + factors.B.Length)), "f32", []);
    }

    static void Fill(string path, Action<string> write)
    {
        // An empty folder that stands there is no loss, and would be in the way of the new one's name.
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }

        DurableFolder.Write(path, write);
    }
}
