using Hone.Server.Accounts;

namespace Hone.Server.Files;

/// <summary>Files as rows of a table and contents in a folder. What is in one but not in the other is not there.</summary>
sealed class FolderFiles(FileRows rows, FileContents contents, ServerSettings settings, TimeProvider time) : IFiles
{
    const int IdLength = 24;

    // What the server writes itself is no upload.
    static readonly FileRoom _anyRoom = new(long.MaxValue, () => FileRows.OverQuota(long.MaxValue));

    public async Task<StoredFile> Add(
        Caller caller, string name, string purpose, Stream content, DateTimeOffset? expires, CancellationToken stop)
    {
        FileName.Require(name);
        var room = Room(await rows.BytesOf(caller.Account, stop));
        return await Write(new New(caller, "file-" + Ids.New(IdLength), name, purpose, expires), content, room, settings.FilesPerAccount, stop);
    }

    public async Task<StoredFile> Put(Caller caller, string id, string name, string purpose, Stream content, CancellationToken stop)
    {
        await rows.Delete(caller, id, stop);
        contents.Delete(id);
        return await Write(new New(caller, id, name, purpose, null), content, _anyRoom, long.MaxValue, stop);
    }

    public Task<IReadOnlySet<string>> Which(Caller caller, IReadOnlyCollection<string> ids, CancellationToken stop) =>
        rows.Which(caller.Account, ids, Now(), stop);

    public async Task<StoredFile> Find(Caller caller, string id, CancellationToken stop) => (await FindRow(caller, id, stop)).ToFile();

    public Task<Page<StoredFile>> List(Caller caller, string? purpose, string? after, int limit, bool oldestFirst, CancellationToken stop) =>
        rows.List(caller.Account, purpose, after, limit, oldestFirst, Now(), stop);

    public async Task<Stream> Open(Caller caller, string id, CancellationToken stop)
    {
        var row = await FindRow(caller, id, stop);
        return contents.Open(id, row.Encrypted != 0);
    }

    public async Task Delete(Caller caller, string id, CancellationToken stop)
    {
        await FindRow(caller, id, stop);
        await rows.Delete(caller, id, stop);
        contents.Delete(id);
    }

    /// <summary>Removes the files whose time is over, and contents that no row names and nobody wrote to since.</summary>
    public async Task Sweep(DateTimeOffset since, CancellationToken stop)
    {
        foreach (var (account, id) in await rows.Expired(Now(), stop))
        {
            await rows.Delete(new Caller(account, "expiry", KeyScopes.Write), id, stop);
            contents.Delete(id);
        }

        // Contents first, rows second: what is uploaded meanwhile is in the rows.
        var found = contents.OlderThan(since);
        var known = await rows.Ids(stop);
        foreach (string id in found.Where(id => !known.Contains(id)))
        {
            contents.Delete(id);
        }
    }

    async Task<StoredFile> Write(New what, Stream content, FileRoom room, long quota, CancellationToken stop)
    {
        var (caller, id, name, purpose, expires) = what;
        var (bytes, sha256) = await contents.Write(id, content, room, stop);
        try
        {
            var file = new StoredFile(
                id, caller.Account, name, purpose, bytes, sha256, Now(), expires is { } end ? Whole(end) : null, FileState.Processed, null);
            await rows.Insert(caller, file, contents.IsEncrypting, quota, stop);
            return file;
        }
        catch
        {
            contents.Delete(id);
            throw;
        }
    }

    async Task<FileRow> FindRow(Caller caller, string id, CancellationToken stop) =>
        await rows.Find(caller.Account, id, Now(), stop) ?? throw ApiProblem.NotFound($"There is no file {FileName.Shown(id)}.", "file_id");

    FileRoom Room(long used) => settings.FilesPerAccount - used < settings.LargestFile
        ? new(settings.FilesPerAccount - used, () => FileRows.OverQuota(settings.FilesPerAccount))
        : new(settings.LargestFile, () => new ApiProblem(
            ProblemKind.TooLarge, $"The file is longer than {settings.LargestFile} bytes, which is the most that this server takes at once."));

    DateTimeOffset Now() => Whole(time.GetUtcNow());

    // Rows keep milliseconds; an answer to an upload says what a later one will say.
    static DateTimeOffset Whole(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeMilliseconds(moment.ToUnixTimeMilliseconds());

    sealed record New(Caller Caller, string Id, string Name, string Purpose, DateTimeOffset? Expires);
}

/// <summary>Bytes that there is room for, and what is said where there are more.</summary>
sealed record FileRoom(long Bytes, Func<ApiProblem> Problem);
