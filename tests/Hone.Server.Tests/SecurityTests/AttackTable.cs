using System.Text;

namespace Hone.Server.Tests.SecurityTests;

/// <summary>What is tried against a server that asks for keys.</summary>
static class AttackTable
{
    const string Keys = "/hone/v1/keys";
    const string Good = "Authorization: Bearer {stranger}";

    public static IReadOnlyList<Attack> All { get; } =
    [
        .. Identity(), .. Scopes(), .. OtherTenants(), .. Paths(), .. Wire(), .. Methods(), .. Bodies(), .. Values(),
        .. TenantAttacks.All, .. SignatureAttacks.All,
    ];

    static IEnumerable<Attack> Identity() =>
    [
        Attack.Get("no key", 401, Keys),
        Attack.Get("an empty header", 401, Keys, "Authorization: "),
        Attack.Get("a scheme without a key", 401, Keys, "Authorization: Bearer"),
        Attack.Get("a scheme and a space", 401, Keys, "Authorization: Bearer "),
        Attack.Get("another scheme", 401, Keys, $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("hone:hone"))}"),
        Attack.Get("the key without a scheme", 401, Keys, "Authorization: {stranger}"),
        Attack.Get("garbage", 401, Keys, "Authorization: Bearer garbage"),
        Attack.Get("a key of another server", 401, Keys, "Authorization: Bearer {foreign}"),
        Attack.Get("an expired key", 401, Keys, "Authorization: Bearer {expired}"),
        Attack.Get("a revoked key", 401, Keys, "Authorization: Bearer {revoked}"),
        Attack.Get("a tampered token", 401, Keys, "Authorization: Bearer {tampered}"),
        Attack.Get("the id of another key", 401, Keys, "Authorization: Bearer {other-id}"),
        Attack.Get("a token in capitals", 401, Keys, "Authorization: Bearer {stranger-upper}"),
        Attack.Get("a token cut by a character", 401, Keys, "Authorization: Bearer {stranger-short}"),
        Attack.Get("a token with a character more", 401, Keys, "Authorization: Bearer {stranger}x"),
        Attack.Get("two tokens in one header", 401, Keys, "Authorization: Bearer {stranger},{stranger}"),
        Attack.Get("two headers, the first good", 401, Keys, Good, "Authorization: Bearer garbage"),
        Attack.Get("two good headers", 401, Keys, Good, Good),
        Attack.Get("the key in the query", 401, $"{Keys}?api_key={{stranger}}&access_token={{stranger}}"),
        Attack.Get("the key in a cookie", 401, Keys, "Cookie: Authorization={stranger}; key={stranger}"),
        Attack.Get("the key in a header of others", 401, Keys, "x-api-key: {stranger}", "api-key: {stranger}"),
        Attack.Get("the AWS secret as a token", 401, Keys, "Authorization: Bearer {secret}"),
        Attack.Get("the access key id as a token", 401, Keys, "Authorization: Bearer {access}"),
        Attack.Get("a token of 20,000 characters", 401, Keys, $"Authorization: Bearer {new string('x', 20_000)}"),
        Attack.Get("a token that is SQL", 401, Keys, "Authorization: Bearer ' OR '1'='1' --"),
        Attack.Get("a token of the right form that is SQL", 401, Keys, $"Authorization: Bearer hone-' OR 1=1 --{new string('m', 41)}"),
        Attack.Get("a signature of nothing", 401, Keys, "Authorization: AWS4-HMAC-SHA256 Credential={access}").Or(403).Or(400),
        Attack.Get("a presigned address of nothing", 401, $"{Keys}?X-Amz-Signature=00").Or(403).Or(400),
        Attack.Get("no key at Bedrock's surface", 403, "/model/x/invoke"),
        Attack.Get("no key at a path that is no route", 403, "/nothing"),
        Attack.Get("a session that a proxy vouches for", 401, Keys, "X-Forwarded-User: admin", "X-Forwarded-For: 127.0.0.1"),
    ];

    static IEnumerable<Attack> Scopes() =>
    [
        Attack.Get("reading keys with a key that may read", 403, Keys, "Authorization: Bearer {read}"),
        Attack.Get("reading keys with a key that may ask", 403, Keys, "Authorization: Bearer {infer}"),
        Attack.Get("reading the audit log with a key that may write", 403, "/hone/v1/audit", "Authorization: Bearer {write}"),
        Attack.Of("revoking with a key that may write", 403, $"DELETE {Keys}/{{stranger-id}}", "Authorization: Bearer {write}"),
        new("making a key that may more than oneself", [403], Json("{admin}", """{"name":"more","scopes":["write"]}""")),
        new("rotating a key that may more than oneself", [403], Json("{admin}", "{}", $"{Keys}/{{stranger-id}}/rotate")),
    ];

    static IEnumerable<Attack> OtherTenants() =>
    [
        Attack.Of("revoking another account's key", 404, $"DELETE {Keys}/{{owned-key}}", Good),
        new("rotating another account's key", [404], Json("{stranger}", "{}", $"{Keys}/{{owned-key}}/rotate")),
    ];

    static IEnumerable<Attack> Paths() =>
    [
        Attack.Get("up from an open route", 401, "/healthz/../hone/v1/keys"),
        Attack.Get("up from an open route, encoded", 403, "/healthz/..%2fhone/v1/keys").Or(401),
        Attack.Get("two slashes", 403, "//hone/v1/keys").Or(401),
        Attack.Get("a slash at the end", 401, $"{Keys}/"),
        Attack.Get("capitals", 401, "/HONE/V1/KEYS"),
        Attack.Get("letters as escapes", 401, "/%68one/v1/%6beys"),
        Attack.Get("below an open route", 403, "/readyz/keys"),
        Attack.Get("a semicolon", 401, $"{Keys};/healthz"),
        Attack.Of("a path as an id", 404, $"DELETE {Keys}/../../../etc/passwd", Good),
        Attack.Of("an encoded path as an id", 404, $"DELETE {Keys}/%2e%2e%2f%2e%2e%2fetc%2fpasswd", Good),
        Attack.Of("a twice encoded path as an id", 404, $"DELETE {Keys}/%252e%252e%252fetc", Good),
        Attack.Of("backslashes as an id", 404, $"DELETE {Keys}/..%5c..%5csecret", Good),
        Attack.Of("NUL in an id", 400, $"DELETE {Keys}/a%00b", Good).Or(404),
        Attack.Of("a line break in an id", 404, $"DELETE {Keys}/a%0d%0aX-Injected:%20yes", Good),
        Attack.Of("SQL as an id", 404, $"DELETE {Keys}/'%20OR%201=1%20--", Good),
        Attack.Of("bad UTF-8 as an id", 404, $"DELETE {Keys}/%ff%fe", Good).Or(400),
        Attack.Of("turned writing as an id", 404, $"DELETE {Keys}/%e2%80%aex", Good),
        Attack.Of("an id of 8,000 characters", 404, $"DELETE {Keys}/{new string('x', 8000)}", Good),
        Attack.Get("a line that is too long", 414, $"{Keys}?x={new string('x', 17_000)}", Good),
    ];

    static IEnumerable<Attack> Wire() =>
    [
        Attack.Get("headers that are too long", 431, Keys, Good, $"X-Long: {new string('x', 40_000)}"),
        Attack.Get("too many headers", 431, Keys, [.. Enumerable.Range(0, 150).Select(i => $"X-{i}: x")]),
        Attack.Get("NUL in a header", 400, Keys, "Authorization: Bearer a\0b"),
        Attack.Get("a bare line break in a header", 400, Keys, "X-A: a\rAuthorization: Bearer {stranger}"),
        Attack.Get("a folded header", 400, Keys, "X-A: a", " Authorization: Bearer {stranger}"),
        Attack.Get("a space before the colon", 400, Keys, "Authorization : Bearer {stranger}"),
        Attack.Get("two hosts", 400, Keys, Good, "Host: 127.0.0.1", "Host: localhost"),
        Attack.Get("a host that is a path", 400, Keys, Good, "Host: 127.0.0.1/evil"),
        new("no host", [400], $"GET {Keys} HTTP/1.1\r\nConnection: close\r\n{Good}\r\n\r\n"),
        new("another version", [505], $"GET {Keys} HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n"),
        new("no version", [400], $"GET {Keys}\r\nHost: 127.0.0.1\r\n\r\n"),
        new("not HTTP at all", [400], "\u0016\u0003\u0001\0\u0001\0\0\0\r\n\r\n"),
        Attack.Of("two lengths", 400, $"POST {Keys}", Good, "Content-Length: 2", "Content-Length: 3"),
        Attack.Of("a negative length", 400, $"POST {Keys}", Good, "Content-Length: -1"),
        Attack.Of("a length that is no number", 400, $"POST {Keys}", Good, "Content-Length: 2, 2"),
        Attack.Of("a length of ten gigabytes", 413, $"POST {Keys}", Good, "Content-Type: application/json", "Content-Length: 10737418240"),
        new("a chunk of no size", [400],
            Attack.Head($"POST {Keys} HTTP/1.1", Good, "Content-Type: application/json", "Transfer-Encoding: chunked") + "\r\nxyz\r\n{}\r\n0\r\n\r\n"),
        new("chunks beyond the limit", [413],
            Attack.Head($"POST {Keys} HTTP/1.1", Good, "Content-Type: application/json", "Transfer-Encoding: chunked")
            + $"\r\n8000\r\n{new string(' ', 0x8000)}\r\n0\r\n\r\n"),
        Attack.Of("another transfer encoding", 400, $"POST {Keys}", Good, "Transfer-Encoding: identity, gzip").Or(501),
    ];

    static IEnumerable<Attack> Methods() =>
    [
        Attack.Of("asking what other origins may do", 401, $"OPTIONS {Keys}", "Origin: https://evil.example", "Access-Control-Request-Method: GET"),
        Attack.Of("the same with a key", 405, $"OPTIONS {Keys}", Good, "Origin: https://evil.example", "Access-Control-Request-Method: GET"),
        Attack.Of("TRACE", 405, $"TRACE {Keys}", Good),
        Attack.Of("PUT", 405, $"PUT {Keys}", Good, "Content-Length: 0"),
        Attack.Of("HEAD without a key", 401, $"HEAD {Keys}"),
        Attack.Of("a method in small letters", 405, $"get {Keys}x", Good).Or(404),
        Attack.Of("a method of its own", 405, $"PROPFIND {Keys}", Good),
        Attack.Of("another method by header", 405, $"PATCH {Keys}/{{stranger-id}}", Good, "X-HTTP-Method-Override: DELETE"),
        Attack.Of("POST to an open route", 403, "POST /healthz", "Content-Length: 0"),
    ];

    static IEnumerable<Attack> Bodies() =>
    [
        Attack.Post("no body", 400, ""),
        Attack.Post("half a document", 400, """{"name":"x","""),
        Attack.Post("two documents", 400, "{}{}"),
        Attack.Post("a comment", 400, "{/* */}"),
        Attack.Post("null", 400, "null"),
        Attack.Post("a list", 400, "[]"),
        Attack.Post("an unknown member", 400, """{"name":"x","account":"000000000001"}"""),
        Attack.Post("a member twice", 400, """{"name":"x","name":"y"}"""),
        Attack.Post("a wrong type", 400, """{"name":{"$ne":null}}"""),
        Attack.Post("a type by name", 400, """{"$type":"System.Diagnostics.Process","name":"x"}"""),
        Attack.Post("deep nesting", 400, $"{{\"name\":{new string('[', 8000)}{new string(']', 8000)}}}"),
        Attack.Post("bad UTF-8", 400, "{\"name\":\"\u00ff\u00fe\"}"),
        Attack.Post("half a character", 400, """{"name":"\ud83d"}"""),
        Attack.Post("a body beyond the limit", 413, $"{{\"name\":\"{new string('x', 20_000)}\"}}"),
        Attack.Post("plain text", 400, """{"name":"x"}""", "text/plain"),
        Attack.Post("a form", 400, "name=x", "application/x-www-form-urlencoded"),
        Attack.Post("XML", 400, """<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>""", "application/xml"),
        Attack.Of("no content type", 400, $"POST {Keys}", Good, "Content-Length: 0"),
    ];

    static IEnumerable<Attack> Values() =>
    [
        Attack.Post("a scope that is none", 400, """{"name":"x","scopes":["root"]}"""),
        Attack.Post("no scopes", 400, """{"name":"x","scopes":[]}"""),
        Attack.Post("a number beyond all numbers", 400, """{"name":"x","expires_at":1e400}"""),
        Attack.Post("a number beyond 64 bits", 400, """{"name":"x","expires_at":9223372036854775808}"""),
        Attack.Post("a moment beyond all moments", 400, """{"name":"x","expires_at":9223372036854775807}"""),
        Attack.Post("a moment before all moments", 400, """{"name":"x","expires_at":-1}"""),
        Attack.Post("a moment that is over", 400, """{"name":"x","expires_at":1}"""),
        Attack.Post("a line break in a name", 400, """{"name":"x\r\nSet-Cookie: a=b"}"""),
        Attack.Post("NUL in a name", 400, """{"name":"x\u0000"}"""),
        Attack.Post("turned writing in a name", 400, """{"name":"report\u202elnosj"}"""),
        Attack.Post("a name of 101 characters", 400, $"{{\"name\":\"{new string('x', 101)}\"}}"),
        new("an overlap beyond all times", [400], Json("{stranger}", """{"overlap_hours":1e308}""", $"{Keys}/{{stranger-id}}/rotate")),
        Attack.Get("a limit that is no number", 400, "/hone/v1/audit?limit=abc", Good),
        Attack.Get("a negative limit", 400, "/hone/v1/audit?limit=-1", Good),
        Attack.Get("a limit beyond 64 bits", 400, "/hone/v1/audit?limit=99999999999999999999", Good),
        Attack.Get("two limits", 400, "/hone/v1/audit?limit=1&limit=2", Good),
        Attack.Get("SQL as a number", 400, "/hone/v1/audit?before=1%20OR%201=1", Good),
    ];

    static string Json(string key, string body, string path = Keys) => Attack.Head(
        $"POST {path} HTTP/1.1", $"Authorization: Bearer {key}", "Content-Type: application/json", $"Content-Length: {body.Length}") + "\r\n" + body;
}
