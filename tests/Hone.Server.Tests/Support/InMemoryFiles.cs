using System.Security.Cryptography;
using Hone.Server.Accounts;
using Hone.Server.Files;

namespace Hone.Server.Tests.Support;

/// <summary>Files in a list.</summary>
sealed class InMemoryFiles : IFiles
{
    readonly List<(StoredFile File, byte[] Content)> _files = [];

    public async Task<StoredFile> Add(Caller caller, string name, string purpose, Stream content, DateTimeOffset? expires, CancellationToken stop)
    {
        if (name.Length == 0 || name.IndexOfAny(['/', '\\', '\0']) >= 0)
        {
            throw ApiProblem.Invalid($"The file name '{name}' is none; give one without slashes.", "file");
        }

        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, stop);
        byte[] bytes = copy.ToArray();
        var file = new StoredFile(
            $"file-{Ids.New(24)}", caller.Account, name, purpose, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), DateTimeOffset.UtcNow,
            expires, FileState.Processed, null);
        lock (_files)
        {
            _files.Add((file, bytes));
        }

        return file;
    }

    public Task<StoredFile> Find(Caller caller, string id, CancellationToken stop) => Task.FromResult(Entry(caller, id).File);

    public Task<Page<StoredFile>> List(Caller caller, string? purpose, string? after, int limit, bool oldestFirst, CancellationToken stop)
    {
        lock (_files)
        {
            var all = _files.Select(entry => entry.File).Where(file => file.Account == caller.Account && (purpose is null || file.Purpose == purpose)).ToList();
            return Task.FromResult(Pages.Of(all, oldestFirst, after, limit, file => file.Id));
        }
    }

    public Task<Stream> Open(Caller caller, string id, CancellationToken stop) => Task.FromResult<Stream>(new MemoryStream(Entry(caller, id).Content));

    public Task Delete(Caller caller, string id, CancellationToken stop)
    {
        var entry = Entry(caller, id);
        lock (_files)
        {
            _files.Remove(entry);
        }

        return Task.CompletedTask;
    }

    (StoredFile File, byte[] Content) Entry(Caller caller, string id)
    {
        lock (_files)
        {
            int index = _files.FindIndex(entry => entry.File.Id == id && entry.File.Account == caller.Account);
            return index >= 0 ? _files[index] : throw ApiProblem.NotFound($"There is no file '{id}'.", "file_id");
        }
    }
}
