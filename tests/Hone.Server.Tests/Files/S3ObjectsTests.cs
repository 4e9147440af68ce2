using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Amazon.Runtime;
using Hone.Server.Files;
using Hone.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Tests.Files;

public sealed class S3ObjectsTests : IAsyncLifetime, IDisposable
{
    static readonly CancellationToken _stop = CancellationToken.None;

    readonly ConcurrentDictionary<string, byte[]> _stored = new();
    readonly ConcurrentDictionary<int, byte[]> _parts = new();
    WebApplication _service = null!;
    S3Objects _objects = null!;

    public async Task InitializeAsync()
    {
        _service = WebApplication.CreateSlimBuilder().Build();
        _service.Urls.Add("http://127.0.0.1:0");
        _service.Run(Answer);
        await _service.StartAsync();
        _objects = new S3Objects(_service.Urls.First(), "us-east-1", new BasicAWSCredentials("access", "secret"));
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _objects.Dispose();

    [Fact]
    public async Task What_is_written_is_listed_and_read()
    {
        await _objects.Write("s3://data/out/b.csv", new MemoryStream([1, 2]), _stop);
        await _objects.Write("s3://data/out/a.csv", new MemoryStream([3]), _stop);

        Assert.Equal(["s3://data/out/a.csv", "s3://data/out/b.csv"], await _objects.List("s3://data/out/", _stop));
        Assert.Equal(["s3://data/out/a.csv", "s3://data/out/b.csv"], await _objects.List("s3://data/out", _stop));
        Assert.Equal(["s3://data/out/b.csv"], await _objects.List("s3://data/out/b.csv", _stop));
        await using var stream = await _objects.Open("s3://data/out/b.csv", _stop);
        Assert.Equal(1, stream.ReadByte());
    }

    [Fact]
    public async Task A_long_object_goes_in_parts()
    {
        byte[] content = new byte[(16 << 20) + 5];
        content[^1] = 7;

        await _objects.Write("s3://data/long", new MemoryStream(content), _stop);

        Assert.Equal(content, _stored["data/long"]);
    }

    [Fact]
    public async Task A_probe_leaves_nothing()
    {
        await _objects.CheckWritable("s3://data/out/", _stop);
        Assert.Empty(_stored);
    }

    [Fact]
    public async Task What_is_not_there_not_allowed_or_away_is_told()
    {
        await Sentences.Refused(ProblemKind.NotFound, () => _objects.Open("s3://data/none", _stop), "s3://data/none");
        await Sentences.Refused(ProblemKind.Forbidden, () => _objects.Open("s3://forbidden/x", _stop), "AWS environment variables");
        await Sentences.Refused(ProblemKind.Invalid, () => _objects.Open("s3://data/../x", _stop));
        await _service.StopAsync();
        await Sentences.Refused(ProblemKind.Unavailable, () => _objects.Open("s3://data/x", _stop), "cannot be reached");
    }

    // As much of S3 as is needed here.
    async Task Answer(HttpContext context)
    {
        string path = context.Request.Path.Value!.Trim('/');
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=access/", context.Request.Headers.Authorization.ToString());
        var query = context.Request.Query;
        if (path.StartsWith("forbidden", StringComparison.Ordinal))
        {
            await Xml(context, "<Error><Code>AccessDenied</Code><Message>No.</Message></Error>", 403);
        }
        else if (query.ContainsKey("list-type"))
        {
            var keys = _stored.Keys.Select(key => key["data/".Length..]).Where(key => key.StartsWith(query["prefix"].ToString(), StringComparison.Ordinal));
            await Xml(context, $"<ListBucketResult><IsTruncated>false</IsTruncated>{string.Concat(keys.Select(key => $"<Contents><Key>{key}</Key></Contents>"))}</ListBucketResult>");
        }
        else if (query.ContainsKey("uploads"))
        {
            await Xml(context, "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
        }
        else if (context.Request.Method == "PUT" && query.TryGetValue("partNumber", out var part))
        {
            _parts[int.Parse(part!)] = await Body(context);
            context.Response.Headers.ETag = "\"x\"";
        }
        else
        {
            await AnswerObject(context, path);
        }
    }

    async Task AnswerObject(HttpContext context, string path)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                _stored[path] = await Body(context);
                break;
            case "POST":
                _stored[path] = [.. _parts.OrderBy(part => part.Key).SelectMany(part => part.Value)];
                await Xml(context, "<CompleteMultipartUploadResult><Key>long</Key></CompleteMultipartUploadResult>");
                break;
            case "DELETE":
                _stored.TryRemove(path, out _);
                context.Response.StatusCode = (int)HttpStatusCode.NoContent;
                break;
            case var _ when _stored.TryGetValue(path, out var content):
                context.Response.ContentLength = content.Length;
                if (context.Request.Method == "GET")
                {
                    await context.Response.Body.WriteAsync(content);
                }

                break;
            default:
                await Xml(context, "<Error><Code>NoSuchKey</Code><Message>None.</Message></Error>", 404);
                break;
        }
    }

    static async Task<byte[]> Body(HttpContext context)
    {
        var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy);
        return copy.ToArray();
    }

    static async Task Xml(HttpContext context, string body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        if (context.Request.Method != "HEAD")
        {
            await context.Response.WriteAsync(body);
        }
    }
}
