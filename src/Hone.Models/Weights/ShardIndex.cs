using System.Text.Json;

namespace Hone.Models.Weights;

/// <summary>Opens the shards of <c>model.safetensors.index.json</c>, whose <c>weight_map</c> says which file holds which tensor.</summary>
static class ShardIndex
{
    public static WeightFiles Open(string folder)
    {
        string path = Path.Combine(folder, WeightFiles.IndexName);
        FolderLinks.RequireInside(folder, path);
        var shardOfTensor = Read(path, folder);
        var shards = new SortedDictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach (string shard in shardOfTensor.Values.Distinct())
            {
                FolderLinks.RequireInside(folder, Path.Combine(folder, shard));
                shards[shard] = SafetensorsFile.Open(Path.Combine(folder, shard));
            }

            RequireTensors(path, shardOfTensor, shards);
        }
        catch
        {
            foreach (var file in shards.Values)
            {
                file.Dispose();
            }

            throw;
        }

        var fileOfTensor = shardOfTensor.ToDictionary(pair => pair.Key, pair => shards[pair.Value], StringComparer.Ordinal);
        return new(folder, [.. shards.Values], fileOfTensor);
    }

    static Dictionary<string, string> Read(string path, string folder)
    {
        using var document = JsonFile.Read(path);
        if (!document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFileException(path, "the index has no object 'weight_map' from tensor names to file names.");
        }

        var problems = new List<string>();
        var shardOfTensor = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in map.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                problems.Add($"tensor '{property.Name}' has {property.Value.GetRawText()} instead of a file name.");
                continue;
            }

            shardOfTensor[property.Name] = property.Value.GetString()!;
        }

        problems.AddRange(shardOfTensor.Values.Distinct().Select(shard => ProblemOf(shard, folder)).OfType<string>());
        return problems.Count == 0 ? shardOfTensor : throw new ModelFileException(path, problems);
    }

    // An index comes from a download: it must not make Hone open files elsewhere on the machine.
    static string? ProblemOf(string shard, string folder)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        bool inside = shard.Length > 0 && !Path.IsPathRooted(shard) && shard.IndexOfAny(['\\', '\0']) < 0
            && Path.GetFullPath(Path.Combine(root, shard)).StartsWith(root, StringComparison.Ordinal);
        if (!inside)
        {
            return $"the index names the file '{shard}', which does not lie in the model folder.";
        }

        return File.Exists(Path.Combine(folder, shard)) ? null : $"the index names the file '{shard}', which is missing.";
    }

    static void RequireTensors(
        string path, Dictionary<string, string> shardOfTensor, SortedDictionary<string, SafetensorsFile> shards)
    {
        string[] problems =
        [
            .. shardOfTensor.Where(pair => !shards[pair.Value].Tensors.ContainsKey(pair.Key))
                .Select(pair => $"the index places tensor '{pair.Key}' in '{pair.Value}', which does not hold it."),
        ];
        if (problems.Length > 0)
        {
            throw new ModelFileException(path, problems);
        }
    }
}
