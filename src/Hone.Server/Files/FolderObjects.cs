using Hone.Jobs;
using Hone.Models.Encryption;

namespace Hone.Server.Files;

/// <summary>A folder whose sub-folders stand for buckets. Symbolic links are not followed: they could lead anywhere.</summary>
sealed class FolderObjects(string folder) : IObjects
{
    const string Aside = ".hone-incoming";

    public Task<IReadOnlyList<string>> List(string uri, CancellationToken stop)
    {
        var address = ObjectAddress.Parse(uri);
        string path = PathOf(address);
        if (!address.IsFolder && File.Exists(path))
        {
            return Task.FromResult<IReadOnlyList<string>>([uri]);
        }

        string bucket = Path.Combine(folder, address.Bucket);
        IReadOnlyList<string> found = Directory.Exists(path)
            ? [.. Below(path).Select(file => address.With(Path.GetRelativePath(bucket, file).Replace(Path.DirectorySeparatorChar, '/')))
                .Order(StringComparer.Ordinal)]
            : [];
        return Task.FromResult(found);
    }

    public Task<Stream> Open(string uri, CancellationToken stop)
    {
        var address = ObjectAddress.Parse(uri);
        string path = PathOf(address);
        return !address.IsFolder && File.Exists(path)
            ? Task.FromResult(SealedFile.OpenRead(path))
            : throw ApiProblem.NotFound($"There is no object {uri}.");
    }

    public async Task Write(string uri, Stream content, CancellationToken stop)
    {
        var address = ObjectAddress.Parse(uri);
        string path = PathOf(address);
        if (address.IsFolder || Directory.Exists(path))
        {
            throw ApiProblem.Invalid($"{uri} names a folder, but an object is to be written; give it a name.");
        }

        string parent = Path.GetDirectoryName(path)!, aside = $"{path}{Aside}{Ids.New()}";
        try
        {
            Directory.CreateDirectory(parent);
            await using (var file = SealedFile.Create(aside))
            {
                await content.CopyToAsync(file, stop);
            }

            DurableFolder.FlushFile(aside);
            File.Move(aside, path, overwrite: true);
            DurableFolder.FlushFolder(parent);
        }
        catch (UnauthorizedAccessException)
        {
            throw NotAllowed(address);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    public Task Delete(string uri, CancellationToken stop)
    {
        var address = ObjectAddress.Parse(uri);
        string path = PathOf(address);
        if (!address.IsFolder && File.Exists(path))
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    public async Task CheckWritable(string uri, CancellationToken stop)
    {
        var address = ObjectAddress.Parse(uri);
        string probe = address.With($"{(address.IsFolder ? address.Key : address.Key + "/")}hone-probe-{Ids.New()}");
        await Write(probe, Stream.Null, stop);
        File.Delete(PathOf(ObjectAddress.Parse(probe)));
    }

    // Names are checked by ObjectAddress; here each part of the way is looked at for what the disk makes of it.
    string PathOf(ObjectAddress address)
    {
        string bucket = Path.Combine(folder, address.Bucket);
        if (!Directory.Exists(bucket))
        {
            throw ApiProblem.NotFound($"There is no bucket {address.Bucket}; buckets are the folders in {folder}.");
        }

        string path = folder;
        foreach (string segment in address.Segments.Prepend(address.Bucket))
        {
            path = Path.Combine(path, segment);
            if (IsLink(path))
            {
                throw new ApiProblem(ProblemKind.Forbidden, $"{address} leads through a symbolic link; put the file itself there.");
            }
        }

        return path;
    }

    static IEnumerable<string> Below(string path) => new DirectoryInfo(path)
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Select(file => file.FullName)
        .Where(file => !file.Contains(Aside, StringComparison.Ordinal));

    static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null || new DirectoryInfo(path).LinkTarget is not null;

    static ApiProblem NotAllowed(ObjectAddress address) => new(
        ProblemKind.Forbidden, $"{address} cannot be written: the server has no right to; look at the folder's owner and mode.");
}
