using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Hone.Server.Accounts;
using Hone.Server.Tests.Bedrock.Support;

namespace Hone.Server.Tests.Signing;

/// <summary>AWS's own S3 client for .NET puts objects in parts.</summary>
public sealed class MultipartTests
{
    const int Part = 5 << 20;

    static AmazonS3Client Client(BedrockServer server, NewApiKey? key = null) => new(
        new BasicAWSCredentials((key ?? server.Server.Key).AccessKeyId, (key ?? server.Server.Key).SecretAccessKey),
        new AmazonS3Config { ServiceURL = server.Address + "s3", ForcePathStyle = true, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });

    static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    static string Uploads(BedrockServer server) => Path.Combine(server.Server.Folder, "s3-uploads");

    static async Task<string> Refused(Func<Task> work) => (await Assert.ThrowsAnyAsync<AmazonS3Exception>(work)).ErrorCode;

    [Fact]
    public async Task A_large_object_goes_in_parts_and_comes_in_one_piece()
    {
        await using var server = await BedrockServer.Start();
        using var client = Client(server);
        byte[] content = Bytes((2 * Part) + 12_345);

        using (var transfer = new TransferUtility(client, new TransferUtilityConfig { MinSizeBeforePartUpload = Part }))
        {
            await transfer.UploadAsync(new TransferUtilityUploadRequest { BucketName = "bucket", Key = "a/large", InputStream = new MemoryStream(content), PartSize = Part });
        }

        using var got = await client.GetObjectAsync("bucket", "a/large");
        var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read);
        Assert.Equal(content, read.ToArray());
        Assert.Empty(Directory.GetDirectories(Uploads(server)));
    }

    [Fact]
    public async Task Parts_come_in_any_order_and_again_and_are_asked_for_by_what_they_hold()
    {
        await using var server = await BedrockServer.Start();
        using var client = Client(server);
        string id = (await client.InitiateMultipartUploadAsync("bucket", "k")).UploadId;
        async Task<string> Put(int number, string text) => (await client.UploadPartAsync(
            new UploadPartRequest { BucketName = "bucket", Key = "k", UploadId = id, PartNumber = number, InputStream = new MemoryStream([.. text.Select(c => (byte)c)]) })).ETag;
        Task Complete(params PartETag[] parts) => client.CompleteMultipartUploadAsync(new() { BucketName = "bucket", Key = "k", UploadId = id, PartETags = [.. parts] });

        string second = await Put(2, " world"), wrong = await Put(1, "goodbye"), first = await Put(1, "hello");

        Assert.Equal("InvalidPart", await Refused(() => Complete(new(1, wrong), new(2, second))));
        Assert.Equal("InvalidPart", await Refused(() => Complete(new(1, first), new(3, second))));
        Assert.Equal("InvalidPart", await Refused(() => Complete(new(1, "../../../x"), new(2, second))));
        await Complete(new(1, first), new(2, second));
        using var got = await client.GetObjectAsync("bucket", "k");
        Assert.Equal("hello world", await new StreamReader(got.ResponseStream).ReadToEndAsync());
        Assert.Equal("NoSuchUpload", await Refused(() => Put(1, "late")));
    }

    [Fact]
    public async Task An_upload_that_is_given_up_leaves_nothing_and_nobody_else_gets_at_one()
    {
        await using var server = await BedrockServer.Start();
        using var client = Client(server);
        using var other = Client(server, await server.Server.NewKey("000000000002", KeyScopes.All));
        string id = (await client.InitiateMultipartUploadAsync("bucket", "k")).UploadId;
        await client.UploadPartAsync(new() { BucketName = "bucket", Key = "k", UploadId = id, PartNumber = 1, InputStream = new MemoryStream(Bytes(100)) });

        Assert.Equal("NoSuchUpload", await Refused(() => other.AbortMultipartUploadAsync("bucket", "k", id)));
        Assert.Equal("NoSuchUpload", await Refused(() => client.AbortMultipartUploadAsync("bucket", "other", id)));
        Assert.Equal("NoSuchUpload", await Refused(() => client.AbortMultipartUploadAsync("bucket", "k", "../../files")));
        await client.AbortMultipartUploadAsync("bucket", "k", id);

        Assert.Empty(Directory.GetDirectories(Uploads(server)));
        Assert.Equal("NoSuchKey", await Refused(() => client.GetObjectAsync("bucket", "k")));
    }

    [Fact]
    public async Task An_account_puts_no_more_into_its_buckets_than_it_may_keep()
    {
        await using var server = await BedrockServer.Start(change: settings => settings with { FilesPerAccount = 1000, LargestFile = 800 });
        using var client = Client(server);
        await client.PutBucketAsync("mine");
        Task Put(string key, int length) => client.PutObjectAsync(new() { BucketName = "mine", Key = key, InputStream = new MemoryStream(Bytes(length)) });
        await Put("a", 700);

        Assert.Equal("QuotaExceeded", await Refused(() => Put("b", 400)));
        await Put("b", 200);
        string id = (await client.InitiateMultipartUploadAsync("mine", "c")).UploadId;
        Assert.Equal("QuotaExceeded", await Refused(() => client.UploadPartAsync(
            new() { BucketName = "mine", Key = "c", UploadId = id, PartNumber = 1, InputStream = new MemoryStream(Bytes(200)) })));
        await client.DeleteObjectAsync("mine", "a");
        await Put("c", 400);
    }
}
