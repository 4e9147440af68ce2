using Hone.Jobs;
using Hone.Models.Encryption;

namespace Hone.Server.Registry;

/// <summary>Copies an adapter's two files so that the copy is there whole or not at all.</summary>
static class AdapterCopy
{
    public static readonly IReadOnlyList<string> Files = ["adapter_config.json", "adapter_model.safetensors"];

    /// <summary>Copies a folder's adapter, unless the folder vanishes meanwhile, as old checkpoints do.</summary>
    /// <returns>False if it vanished.</returns>
    public static async Task<bool> Make(string from, string to, CancellationToken stop)
    {
        try
        {
            await Make(name => Task.FromResult(SealedFile.OpenRead(Path.Combine(from, name))), to, stop);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <param name="open">Opens a file of the adapter by its name.</param>
    public static async Task Make(Func<string, Task<Stream>> open, string to, CancellationToken stop)
    {
        List<(string Name, string Path)> fetched = [];
        string aside = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(to)!, $".{Ids.New()}.part")).FullName;
        try
        {
            foreach (string name in Files)
            {
                string path = Path.Combine(aside, name);
                await using (var source = await open(name))
                await using (var target = SealedFile.Create(path))
                {
                    await source.CopyToAsync(target, stop);
                }

                fetched.Add((name, path));
            }

            DurableFolder.Write(to, folder => fetched.ForEach(file => File.Move(file.Path, Path.Combine(folder, file.Name))));
        }
        finally
        {
            Directory.Delete(aside, recursive: true);
        }
    }
}
