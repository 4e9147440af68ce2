using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Hone.Server.Accounts;
using Hone.Server.Tests.Bedrock.Support;

namespace Hone.Server.Tests.Signing;

/// <summary>AWS's own S3 client for .NET, which signs bodies in chunks, with and without trailers, and presigns addresses.</summary>
public sealed class StorageClientTests
{
    static AmazonS3Client Client(BedrockServer server, string? secret = null, string? accessKeyId = null) => new(
        new BasicAWSCredentials(accessKeyId ?? server.Server.Key.AccessKeyId, secret ?? server.Server.Key.SecretAccessKey),
        new AmazonS3Config { ServiceURL = server.Address + "s3", ForcePathStyle = true, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });

    static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_arrives_in_chunks_and_in_one_piece(bool chunks)
    {
        await using var server = await BedrockServer.Start();
        using var client = Client(server);
        foreach (int length in new[] { 0, 1, 81920, 200_001 })
        {
            var request = new PutObjectRequest
            {
                BucketName = "bucket",
                Key = "a b/ü.bin",
                InputStream = new MemoryStream(Bytes(length)),
                UseChunkEncoding = chunks,
            };
            await client.PutObjectAsync(request);
            using var got = await client.GetObjectAsync("bucket", "a b/ü.bin");
            var read = new MemoryStream();
            await got.ResponseStream.CopyToAsync(read);
            Assert.Equal(Bytes(length), read.ToArray());
        }
    }

    [Fact]
    public async Task A_presigned_address_works_until_it_expires_and_for_what_it_says()
    {
        await using var server = await BedrockServer.Start();
        using var client = Client(server);
        using var http = server.Server.ClientOf(null);
        string Presigned(HttpVerb verb, TimeSpan holds) => client.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = "bucket",
            Key = "note.txt",
            Verb = verb,
            Expires = DateTime.UtcNow + holds,
            Protocol = Protocol.HTTP,
        });

        string put = Presigned(HttpVerb.PUT, TimeSpan.FromMinutes(1)), get = Presigned(HttpVerb.GET, TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await http.PutAsync(put, new StringContent("hello"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.PutAsync(put, new StringContent("hello again"))).StatusCode);
        Assert.Equal("hello again", await http.GetStringAsync(get));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(put)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(get.Replace("note.txt", "other.txt", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(get.Replace("X-Amz-Expires=60", "X-Amz-Expires=600", StringComparison.Ordinal) + "&x=1")).StatusCode);
    }

    [Fact]
    public async Task A_presigned_address_that_has_expired_is_refused()
    {
        await using var server = await BedrockServer.Start();
        using var http = server.Server.ClientOf(null);
        using var client = Client(server);
        string address = client.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = "bucket",
            Key = "a",
            Expires = DateTime.UtcNow.AddSeconds(1),
            Protocol = Protocol.HTTP,
        });
        string time = DateTime.UtcNow.AddMinutes(-2).ToString("yyyyMMdd'T'HHmmss'Z'");
        var aged = System.Text.RegularExpressions.Regex.Replace(address, "X-Amz-Date=[0-9TZ]+", "X-Amz-Date=" + time);
        var answer = await http.GetAsync(aged);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("has expired", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_bucket_belongs_to_the_account_that_made_it()
    {
        await using var server = await BedrockServer.Start();
        var stranger = await server.Server.NewKey("000000000002", KeyScopes.All);
        using var client = Client(server);
        using var other = Client(server, stranger.SecretAccessKey, stranger.AccessKeyId);
        await client.PutBucketAsync("mine");
        await client.PutObjectAsync(new PutObjectRequest { BucketName = "mine", Key = "secret", ContentBody = "text" });

        async Task<string> Refused(Func<Task> work) => (await Assert.ThrowsAnyAsync<AmazonS3Exception>(work)).ErrorCode;
        Assert.Equal("AccessDenied", await Refused(() => other.GetObjectAsync("mine", "secret")));
        Assert.Equal("AccessDenied", await Refused(() => other.PutObjectAsync(new PutObjectRequest { BucketName = "mine", Key = "b", ContentBody = "x" })));
        Assert.Equal("AccessDenied", await Refused(() => other.DeleteObjectAsync("mine", "secret")));
        Assert.Equal("AccessDenied", await Refused(() => other.ListObjectsV2Async(new() { BucketName = "mine" })));
        Assert.Equal("BucketAlreadyExists", await Refused(() => other.PutBucketAsync("mine")));
        using var bearer = server.Server.ClientOf(stranger.Bearer);
        var job = await server.Post("/model-customization-jobs", BedrockServer.Job(("trainingDataConfig", """{"s3Uri":"s3://mine/secret"}""")), bearer);
        Assert.Equal((403, "AccessDeniedException"), (job.Status, job.ErrorType));
        Assert.Equal(["mine"], (await client.ListBucketsAsync()).Buckets.Select(bucket => bucket.BucketName));
    }

    [Fact]
    public async Task Lists_have_pages_and_folders()
    {
        await using var server = await BedrockServer.Start();
        using var client = Client(server);
        foreach (string key in new[] { "a/1", "a/2", "b", "c/1", "c/2/3" })
        {
            await client.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = key, ContentBody = key });
        }

        var first = await client.ListObjectsV2Async(new() { BucketName = "bucket", Delimiter = "/", MaxKeys = 2 });
        var second = await client.ListObjectsV2Async(new() { BucketName = "bucket", Delimiter = "/", MaxKeys = 2, ContinuationToken = first.NextContinuationToken });
        var deep = await client.ListObjectsV2Async(new() { BucketName = "bucket", Prefix = "c/" });

        Assert.Equal(["a/"], first.CommonPrefixes);
        Assert.Equal(["b"], first.S3Objects.Select(one => one.Key));
        Assert.Equal(["c/"], second.CommonPrefixes);
        Assert.Equal([("c/1", 3L), ("c/2/3", 5L)], deep.S3Objects.Select(one => (one.Key, one.Size!.Value)));
    }

    [Fact]
    public async Task A_chunk_that_was_changed_on_the_way_leaves_nothing()
    {
        await using var server = await BedrockServer.Start();
        var signed = new SignedClient(server.Server.Key.AccessKeyId, server.Server.Key.SecretAccessKey)
        {
            Service = "s3",
            PayloadHash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Headers = [("x-amz-decoded-content-length", "5")],
        };
        string body = $"5;chunk-signature={new string('a', 64)}\r\nhello\r\n0;chunk-signature={new string('b', 64)}\r\n\r\n";
        using var http = server.Server.ClientOf(null);
        var answer = await http.SendAsync(signed.Request(server.Address, "PUT", "/s3/bucket/forged", body));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("SignatureDoesNotMatch", await answer.Content.ReadAsStringAsync());
        Assert.False(File.Exists(Path.Combine(server.BucketFolder, "forged")));
    }

    [Theory]
    [InlineData("5\r\nhell", "ends inside a chunk")]
    [InlineData("zz\r\n", "a chunk's size is 'zz'")]
    [InlineData("2\r\nhello\r\n0\r\n\r\n", "longer than its size says")]
    [InlineData("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "x-amz-checksum-crc32")]
    [InlineData("4\r\nhell\r\n0\r\n\r\n", "x-amz-decoded-content-length is 5, but 4 bytes came")]
    public async Task Chunks_that_are_none_leave_nothing(string body, string sentence)
    {
        await using var server = await BedrockServer.Start();
        var signed = new SignedClient(server.Server.Key.AccessKeyId, server.Server.Key.SecretAccessKey)
        {
            Service = "s3",
            PayloadHash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            Headers = [("x-amz-decoded-content-length", "5"), ("x-amz-trailer", "x-amz-checksum-crc32")],
        };
        using var http = server.Server.ClientOf(null);
        var answer = await http.SendAsync(signed.Request(server.Address, "PUT", "/s3/bucket/broken", body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(sentence, await answer.Content.ReadAsStringAsync());
        Assert.False(File.Exists(Path.Combine(server.BucketFolder, "broken")));
    }

    [Theory]
    [InlineData("/s3/bucket/..%2F..%2Fhone.db")]
    [InlineData("/s3/..%2F/hone.db")]
    [InlineData("/s3/bucket/a%00b")]
    public async Task No_key_leads_out_of_its_bucket(string path)
    {
        await using var server = await BedrockServer.Start();
        using var response = await server.Server.Client.GetAsync(new Uri(server.Address.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Assert.InRange((int)response.StatusCode, 400, 404);
        Assert.DoesNotContain("SQLite", Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()));
    }
}
