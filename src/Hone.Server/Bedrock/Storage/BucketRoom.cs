using Hone.Server.Accounts;
using Hone.Server.Signing;

namespace Hone.Server.Bedrock.Storage;

/// <summary>
/// What an account may still put into buckets: its own buckets and its unfinished uploads hold no more than its files may. Buckets of the
/// machine's owner are that one's to watch; there only a single object has a limit.
/// </summary>
sealed class BucketRoom(BucketOwners owners, BucketFolder folder, MultipartUploads uploads, ServerSettings settings)
{
    /// <summary>The content, which throws once it is longer than there is room for.</summary>
    /// <param name="upload">Whose part the content is, if it is one.</param>
    public async Task<Stream> Limit(Caller caller, string bucket, Stream content, MultipartUpload? upload, CancellationToken stop)
    {
        long longest = settings.LargestFile - (upload is null ? 0 : uploads.BytesOf(upload));
        long room = await owners.Owner(bucket, stop) == caller.Account ? await Room(caller, stop) : long.MaxValue;
        return new LimitedBody(content, Math.Min(longest, room), () => room < longest
            ? new(ProblemKind.TooLarge, $"The account's buckets would hold more than {settings.FilesPerAccount} bytes, which is the most it may keep; delete some first.")
            {
                Code = "QuotaExceeded",
            }
            : new(ProblemKind.TooLarge, $"The object is longer than {settings.LargestFile} bytes, which is the most that this server takes."));
    }

    async Task<long> Room(Caller caller, CancellationToken stop)
    {
        var buckets = await owners.Of(caller, stop);
        return settings.FilesPerAccount - buckets.Sum(bucket => folder.BytesOf(bucket.Name)) - uploads.BytesOf(caller.Account);
    }
}
