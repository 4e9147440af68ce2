using System.Globalization;
using System.Xml.Linq;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Files;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Hone.Server.Bedrock.Storage;

/// <summary>
/// The folder of buckets as S3 clients see it, below /s3 with the bucket in the path: enough to put data where jobs read it and to fetch what
/// they write. Buckets, single-part objects, lists.
/// </summary>
sealed class StorageRoutes(IObjects objects, BucketOwners owners, BucketFolder folder, IAuditLog audit, ServerSettings settings)
{
    const string Root = "/s3";
    const int MostKeys = 1000;

    public static void Map(IEndpointRouteBuilder routes, ServerSettings settings)
    {
        const string Bucket = Root + "/{bucket}", Key = Bucket + "/{**key}";
        routes.MapGet(Root, (HttpContext context, StorageRoutes storage) => storage.Buckets(context));
        routes.MapPut(Bucket, (HttpContext context, string bucket, StorageRoutes storage) => storage.Create(context, bucket));
        routes.MapMethods(Bucket, ["HEAD"], (HttpContext context, string bucket, StorageRoutes storage) => storage.Head(context, bucket));
        routes.MapGet(Bucket, (HttpContext context, string bucket, StorageRoutes storage) => storage.List(context, bucket));
        routes.MapPut(Key, (HttpContext context, string bucket, string key, StorageRoutes storage) => storage.Put(context, bucket, key))
            .WithMetadata(new BodyLimit(settings.LargestFile));
        routes.MapMethods(
            Key, ["GET", "HEAD"], (HttpContext context, string bucket, string key, StorageRoutes storage) => storage.Get(context, bucket, key));
        routes.MapDelete(Key, (HttpContext context, string bucket, string key, StorageRoutes storage) => storage.Delete(context, bucket, key));
    }

    async Task Buckets(HttpContext context)
    {
        var caller = context.Caller(KeyScopes.Read);
        var found = await owners.Of(caller, context.RequestAborted);
        var buckets = found.Select(bucket => new XElement(
            "Bucket", new XElement("Name", bucket.Name), new XElement("CreationDate", Answers.Time(bucket.Created))));
        await StorageXml.Write(
            context, "ListAllMyBucketsResult", new XElement("Owner", new XElement("ID", caller.Account)), new XElement("Buckets", buckets));
    }

    async Task Create(HttpContext context, string bucket)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        if (!Patterns.Bucket().IsMatch(bucket) || bucket.Contains("..", StringComparison.Ordinal))
        {
            throw new ApiProblem(ProblemKind.Invalid, $"'{bucket}' is no name for a bucket: 3 to 63 of [a-z0-9.-].") { Code = "InvalidBucketName" };
        }

        await context.ReadBytes();
        bool isThere = folder.Has(bucket);
        if ((isThere && await owners.Owner(bucket, stop) != caller.Account) || !await owners.Take(caller, bucket, stop))
        {
            throw new ApiProblem(ProblemKind.Conflict, $"There is a bucket '{bucket}' already; give this one another name.")
            {
                Code = "BucketAlreadyExists",
            };
        }

        folder.Make(bucket);
        await audit.Write(caller, "bucket.create", bucket, stop: stop);
        context.Response.Headers.Location = "/" + bucket;
    }

    async Task Head(HttpContext context, string bucket)
    {
        await Require(context, KeyScopes.Read, bucket);
        context.Response.Headers["x-amz-bucket-region"] = settings.Region;
    }

    async Task List(HttpContext context, string bucket)
    {
        await Require(context, KeyScopes.Read, bucket);
        var query = context.Request.Query;
        if (query.ContainsKey("location"))
        {
            await StorageXml.Write(context, "LocationConstraint");
            return;
        }

        string root = $"s3://{bucket}/", prefix = query["prefix"].ToString();
        string token = query["continuation-token"].ToString(), after = token.Length > 0 ? StorageXml.FromToken(token) : query["start-after"].ToString();
        bool limited = int.TryParse(query["max-keys"], NumberStyles.None, CultureInfo.InvariantCulture, out int asked);
        int most = limited ? Math.Min(asked, MostKeys) : MostKeys;
        var keys = (await objects.List(root, context.RequestAborted)).Select(uri => uri[root.Length..])
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var page = new KeyPage(keys, prefix, query["delimiter"].ToString(), after, most);
        bool encoded = query["encoding-type"] == "url";
        string Named(string name) => encoded ? Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal) : name;
        List<XElement> answer =
        [
            new("Name", bucket), new("Prefix", Named(prefix)), new("KeyCount", page.Keys.Count + page.Folders.Count), new("MaxKeys", most),
            new("IsTruncated", page.Next is null ? "false" : "true"),
        ];
        answer.AddRange(encoded ? [new("EncodingType", "url")] : []);
        answer.AddRange(page.Next is { } next ? [new("NextContinuationToken", StorageXml.Token(next))] : []);
        foreach (string key in page.Keys)
        {
            await using var content = await objects.Open(root + key, context.RequestAborted);
            answer.Add(Entry(Named(key), StoredObject.Of(content)));
        }

        answer.AddRange(page.Folders.Select(name => new XElement("CommonPrefixes", new XElement("Prefix", Named(name)))));
        await StorageXml.Write(context, "ListBucketResult", [.. answer]);
    }

    static XElement Entry(string name, StoredObject stored) => new(
        "Contents", new XElement("Key", name), new XElement("LastModified", Answers.Time(stored.Modified)), new XElement("ETag", stored.ETag),
        new XElement("Size", stored.Length), new XElement("StorageClass", "STANDARD"));

    async Task Put(HttpContext context, string bucket, string key)
    {
        var caller = await Require(context, KeyScopes.Write, bucket);
        var request = context.Request;
        foreach (string form in (ReadOnlySpan<string>)["uploadId", "partNumber", "acl", "tagging"])
        {
            if (request.Query.ContainsKey(form))
            {
                throw Unsupported($"'{form}' is not offered here; put the object in one piece.");
            }
        }

        if (request.Headers.ContainsKey("x-amz-copy-source"))
        {
            throw Unsupported("Copies are not offered here; put the object anew.");
        }

        await using var body = new CheckedUpload(request);
        await objects.Write(Address(bucket, key), body, context.RequestAborted);
        await audit.Write(caller, "object.put", Address(bucket, key), stop: context.RequestAborted);
        await using var written = await objects.Open(Address(bucket, key), context.RequestAborted);
        context.Response.Headers.ETag = StoredObject.Of(written).ETag;
    }

    async Task Get(HttpContext context, string bucket, string key)
    {
        await Require(context, KeyScopes.Read, bucket);
        var content = await objects.Open(Address(bucket, key), context.RequestAborted);
        var stored = StoredObject.Of(content);
        var tag = new EntityTagHeaderValue(stored.ETag);
        var answer = Results.Stream(
            content, "application/octet-stream", lastModified: stored.Modified, entityTag: tag, enableRangeProcessing: content.CanSeek);
        await answer.ExecuteAsync(context);
    }

    async Task Delete(HttpContext context, string bucket, string key)
    {
        var caller = await Require(context, KeyScopes.Write, bucket);
        await objects.Delete(Address(bucket, key), context.RequestAborted);
        await audit.Write(caller, "object.delete", Address(bucket, key), stop: context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    async Task<Caller> Require(HttpContext context, KeyScopes scopes, string bucket)
    {
        var caller = context.Caller(scopes);
        if (!folder.Has(bucket))
        {
            throw new ApiProblem(ProblemKind.NotFound, $"There is no bucket '{bucket}'.") { Code = "NoSuchBucket" };
        }

        await owners.Require(caller, bucket, context.RequestAborted);
        return caller;
    }

    // A slash in a key comes as it is or, inside of a name, encoded.
    static string Address(string bucket, string key) => $"s3://{bucket}/{key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)}";

    static ApiProblem Unsupported(string sentence) => new(ProblemKind.Invalid, sentence) { Code = "NotImplemented" };
}
