using System.Text;
using System.Xml;
using System.Xml.Linq;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Files;

namespace Hone.Server.Bedrock.Storage;

/// <summary>Objects in parts, as SDKs put large ones: begin, parts in any order and at once, complete or give up.</summary>
sealed class MultipartRoutes(MultipartUploads uploads, IObjects objects, BucketRoom room, IAuditLog audit)
{
    public static bool IsPart(HttpRequest request) => request.Query.ContainsKey("uploadId");

    public Task Begin(HttpContext context, Caller caller, string bucket, string key) => StorageXml.Write(
        context, "InitiateMultipartUploadResult", new XElement("Bucket", bucket), new XElement("Key", key),
        new XElement("UploadId", uploads.Begin(caller.Account, StorageRoutes.Address(bucket, key)).Id));

    public async Task Put(HttpContext context, Caller caller, string bucket, string key)
    {
        var upload = Find(context, caller, bucket, key);
        await using var body = new CheckedUpload(context.Request);
        await using var limited = await room.Limit(caller, bucket, body, upload, context.RequestAborted);
        context.Response.Headers.ETag = await uploads.Put(upload, context.Request.Query["partNumber"].ToString(), limited, context.RequestAborted);
    }

    public async Task Complete(HttpContext context, Caller caller, string bucket, string key)
    {
        var upload = Find(context, caller, bucket, key);
        await using var whole = uploads.Whole(upload, Parts(await context.ReadBytes()));
        await objects.Write(upload.Address, whole, context.RequestAborted);
        uploads.Remove(upload);
        await audit.Write(caller, "object.put", upload.Address, stop: context.RequestAborted);
        await using var written = await objects.Open(upload.Address, context.RequestAborted);
        await StorageXml.Write(
            context, "CompleteMultipartUploadResult", new XElement("Location", $"{context.Request.Path}"), new XElement("Bucket", bucket), new XElement("Key", key),
            new XElement("ETag", StoredObject.Of(written).ETag));
    }

    public void GiveUp(HttpContext context, Caller caller, string bucket, string key)
    {
        uploads.Remove(Find(context, caller, bucket, key));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    MultipartUpload Find(HttpContext context, Caller caller, string bucket, string key) =>
        uploads.Find(context.Request.Query["uploadId"].ToString(), caller.Account, StorageRoutes.Address(bucket, key));

    static List<PartName> Parts(byte[] body)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body), new() { DtdProcessing = DtdProcessing.Prohibit });
            var parts = XDocument.Load(reader).Root!.Elements().Where(element => element.Name.LocalName == "Part");
            return [.. parts.Select(part => new PartName(int.Parse(Of(part, "PartNumber"), null), Of(part, "ETag")))];
        }
        catch (Exception e) when (e is XmlException or FormatException or OverflowException or InvalidOperationException)
        {
            string shown = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 40)));
            throw new ApiProblem(ProblemKind.Invalid, $"The body is no list of parts: '{shown}…'; each Part needs a PartNumber and an ETag.") { Code = "MalformedXML" };
        }
    }

    static string Of(XElement part, string name) => part.Elements().First(element => element.Name.LocalName == name).Value;
}
