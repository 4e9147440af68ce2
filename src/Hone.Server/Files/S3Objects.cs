using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Hone.Server.Files;

/// <summary>A service that speaks S3, addressed by path. Credentials come from the AWS environment variables.</summary>
sealed class S3Objects : IObjects, IDisposable
{
    // S3's smallest part but the last is 5 MiB; a part is held in memory, so that it can be sent again.
    const int PartBytes = 8 << 20;

    readonly AmazonS3Client _client;

    public S3Objects(string endpoint, string region)
        : this(endpoint, region, new EnvironmentVariablesAWSCredentials())
    {
    }

    internal S3Objects(string endpoint, string region, AWSCredentials credentials) => _client = new AmazonS3Client(
        credentials,
        new AmazonS3Config
        {
            ServiceURL = endpoint,
            ForcePathStyle = true,
            AuthenticationRegion = region,
            // Not every service that speaks S3 knows the newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    public Task<IReadOnlyList<string>> List(string uri, CancellationToken stop) => Guard(uri, async address =>
    {
        if (!address.IsFolder && await Exists(address, stop))
        {
            return [uri];
        }

        string prefix = address.IsFolder ? address.Key : address.Key + "/";
        var request = new ListObjectsV2Request { BucketName = address.Bucket, Prefix = prefix };
        List<string> found = [];
        ListObjectsV2Response page;
        do
        {
            page = await _client.ListObjectsV2Async(request, stop);
            found.AddRange((page.S3Objects ?? []).Where(item => !item.Key.EndsWith('/')).Select(item => address.With(item.Key)));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated ?? false);

        found.Sort(StringComparer.Ordinal);
        return (IReadOnlyList<string>)found;
    });

    public Task<Stream> Open(string uri, CancellationToken stop) => Guard(uri, async address =>
    {
        var answer = await _client.GetObjectAsync(address.Bucket, address.Key, stop);
        return answer.ResponseStream;
    });

    public Task Write(string uri, Stream content, CancellationToken stop) => Guard(uri, async address =>
    {
        if (address.IsFolder)
        {
            throw ApiProblem.Invalid($"{uri} names a folder, but an object is to be written; give it a name.");
        }

        var part = new byte[PartBytes];
        int read = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, stop);
        if (read < part.Length)
        {
            var request = new PutObjectRequest
            {
                BucketName = address.Bucket,
                Key = address.Key,
                InputStream = new MemoryStream(part, 0, read),
                UseChunkEncoding = false,
            };
            await _client.PutObjectAsync(request, stop);
        }
        else
        {
            await WriteInParts(address, part, content, stop);
        }

        return true;
    });

    public Task Delete(string uri, CancellationToken stop) => Guard(uri, async address =>
    {
        await _client.DeleteObjectAsync(address.Bucket, address.Key, stop);
        return true;
    });

    public Task CheckWritable(string uri, CancellationToken stop) => Guard(uri, async address =>
    {
        string key = $"{(address.IsFolder ? address.Key : address.Key + "/")}hone-probe-{Ids.New()}";
        await _client.PutObjectAsync(new PutObjectRequest { BucketName = address.Bucket, Key = key, ContentBody = "" }, stop);
        await _client.DeleteObjectAsync(address.Bucket, key, stop);
        return true;
    });

    public void Dispose() => _client.Dispose();

    /// <param name="part">The first part, full.</param>
    async Task WriteInParts(ObjectAddress address, byte[] part, Stream content, CancellationToken stop)
    {
        var (bucket, key) = address;
        string upload = (await _client.InitiateMultipartUploadAsync(bucket, key, stop)).UploadId;
        try
        {
            List<PartETag> parts = [];
            for (int bytes = part.Length; bytes > 0; bytes = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, stop))
            {
                var request = new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload,
                    PartNumber = parts.Count + 1,
                    InputStream = new MemoryStream(part, 0, bytes),
                    UseChunkEncoding = false,
                };
                parts.Add(new PartETag(request.PartNumber.Value, (await _client.UploadPartAsync(request, stop)).ETag));
            }

            await _client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts }, stop);
        }
        catch
        {
            await _client.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None);
            throw;
        }
    }

    async Task<bool> Exists(ObjectAddress address, CancellationToken stop)
    {
        try
        {
            await _client.GetObjectMetadataAsync(address.Bucket, address.Key, stop);
            return true;
        }
        catch (AmazonS3Exception none) when (none.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    static async Task<T> Guard<T>(string uri, Func<ObjectAddress, Task<T>> work)
    {
        var address = ObjectAddress.Parse(uri);
        try
        {
            return await work(address);
        }
        catch (AmazonS3Exception failure)
        {
            throw failure.StatusCode switch
            {
                HttpStatusCode.NotFound => ApiProblem.NotFound($"There is no object {uri}: {failure.Message}"),
                HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized =>
                    new ApiProblem(ProblemKind.Forbidden, $"{uri} is not allowed to this server: {failure.Message} Look at the AWS environment variables."),
                HttpStatusCode.BadRequest => ApiProblem.Invalid($"{uri} was refused: {failure.Message}"),
                _ => Failure.Away($"{uri} cannot be reached: {failure.Message}"),
            };
        }
        catch (Exception failure) when (failure is AmazonClientException or HttpRequestException)
        {
            throw Failure.Away($"{uri} cannot be reached: {failure.Message}");
        }
    }
}
