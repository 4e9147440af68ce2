using Hone.Server.Accounts;

namespace Hone.Server.Files;

public enum FileState
{
    Uploaded,
    Processed,
    Error,
}

/// <summary>A file, uploaded or made by the server. Id is "file-" and letters and digits, 24 for uploads.</summary>
public sealed record StoredFile(
    string Id, string Account, string Name, string Purpose, long Bytes, string Sha256, DateTimeOffset Created, DateTimeOffset? Expires, FileState State,
    string? StateDetails);

/// <summary>Uploaded files, encrypted at rest where the server has a key.</summary>
public interface IFiles
{
    /// <summary>Takes the whole stream. A broken upload leaves nothing.</summary>
    /// <exception cref="ApiProblem">Too large, a name that is none, no room on the disk.</exception>
    Task<StoredFile> Add(Caller caller, string name, string purpose, Stream content, DateTimeOffset? expires, CancellationToken stop);

    /// <summary>Keeps a file that the server made for an account, under an id that says what it is, in place of one that is there. Quotas do not count.</summary>
    Task<StoredFile> Put(Caller caller, string id, string name, string purpose, Stream content, CancellationToken stop);

    /// <summary>Those of the ids that are files of the caller's.</summary>
    Task<IReadOnlySet<string>> Which(Caller caller, IReadOnlyCollection<string> ids, CancellationToken stop);

    /// <exception cref="ApiProblem">There is none that the caller may see.</exception>
    Task<StoredFile> Find(Caller caller, string id, CancellationToken stop);

    /// <summary>A page, newest first unless <paramref name="oldestFirst"/>.</summary>
    Task<Page<StoredFile>> List(Caller caller, string? purpose, string? after, int limit, bool oldestFirst, CancellationToken stop);

    /// <summary>The content as it was uploaded.</summary>
    Task<Stream> Open(Caller caller, string id, CancellationToken stop);

    Task Delete(Caller caller, string id, CancellationToken stop);
}

/// <summary>A part of a list. More: there are others behind it.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, bool More);

/// <summary>What stands behind s3:// addresses: a service that speaks S3, or a folder whose sub-folders are buckets.</summary>
public interface IObjects
{
    /// <summary>Addresses of the objects at <paramref name="uri"/>: itself, or all below it where it ends in '/' or names a folder.</summary>
    /// <exception cref="ApiProblem">Not an s3:// address, no such bucket, or not allowed.</exception>
    Task<IReadOnlyList<string>> List(string uri, CancellationToken stop);

    Task<Stream> Open(string uri, CancellationToken stop);

    Task Write(string uri, Stream content, CancellationToken stop);

    /// <summary>Removes an object; nothing happens where there is none.</summary>
    Task Delete(string uri, CancellationToken stop);

    /// <summary>Writes and removes a probe, so that a job fails before it costs anything.</summary>
    Task CheckWritable(string uri, CancellationToken stop);
}
