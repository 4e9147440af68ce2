using System.Text;
using System.Xml.Linq;

namespace Hone.Server.Bedrock.Storage;

/// <summary>How S3 writes answers, problems and tokens.</summary>
static class StorageXml
{
    const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static Task Write(HttpContext context, string name, params XElement[] content)
    {
        var root = new XElement(XName.Get(name, Namespace), content.Select(Named));
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(Document(root), context.RequestAborted);
    }

    /// <summary>A problem with S3's status and code, as the body of an answer.</summary>
    public static (int Status, string Code, string Xml) Problem(ApiProblem problem)
    {
        var (status, code) = problem.Kind switch
        {
            ProblemKind.Unauthenticated => (403, "AccessDenied"),
            ProblemKind.Forbidden => (403, "AccessDenied"),
            ProblemKind.NotFound => (404, "NoSuchKey"),
            ProblemKind.MethodNotAllowed => (405, "MethodNotAllowed"),
            ProblemKind.Conflict => (409, "OperationAborted"),
            ProblemKind.TooSlow => (400, "RequestTimeout"),
            ProblemKind.TooLarge => (413, "EntityTooLarge"),
            ProblemKind.TooMany or ProblemKind.Unavailable => (503, "SlowDown"),
            ProblemKind.Defect => (500, "InternalError"),
            _ => (400, "InvalidRequest"),
        };
        (status, code) = problem.Code switch
        {
            "InvalidSignatureException" => (403, "SignatureDoesNotMatch"),
            "UnrecognizedClientException" => (403, "InvalidAccessKeyId"),
            "IncompleteSignatureException" => (400, "AuthorizationHeaderMalformed"),
            "ExpiredTokenException" => (403, "AccessDenied"),
            "NotImplemented" => (501, "NotImplemented"),
            { Length: > 0 } own when char.IsAsciiLetterUpper(own[0]) => (status, own.Replace("Exception", "", StringComparison.Ordinal)),
            _ => (status, code),
        };
        var error = new XElement("Error", new XElement("Code", code), new XElement("Message", problem.Message));
        return (status, code, Document(error));
    }

    public static string Token(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    public static string FromToken(string token)
    {
        byte[] bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out int length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new ApiProblem(ProblemKind.Invalid, "continuation-token is not one that a list gave.") { Code = "InvalidArgument" };
    }

    static string Document(XElement root) => $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{root.ToString(SaveOptions.DisableFormatting)}";

    static XElement Named(XElement element) => new(
        XName.Get(element.Name.LocalName, Namespace), element.HasElements ? element.Elements().Select(Named) : element.Value);
}
