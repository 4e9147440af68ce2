using System.Net;
using System.Net.Sockets;
using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Tests.Bedrock.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Signing;

public sealed class SignatureTests
{
    const string Tags = "/tagResource";

    static SignedClient Client(BedrockServer server) => new(server.Server.Key.AccessKeyId, server.Server.Key.SecretAccessKey);

    static async Task<(int Status, string Type, string Message)> Send(BedrockServer server, HttpRequestMessage request)
    {
        using var client = server.Server.ClientOf(null);
        using var response = await client.SendAsync(request);
        string type = response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.Single() : "";
        return ((int)response.StatusCode, type, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/custom-models")]
    [InlineData("/custom-models?nameContains=b&maxResults=5&sortOrder=Ascending")]
    [InlineData("/custom-models?nameContains=a%20b%2Fc%C3%A4")]
    [InlineData("/custom-models?nameContains=b&nameContains=a")]
    [InlineData("/custom-models?nameContains")]
    [InlineData("/custom-models?isOwned=true&nameContains=~-_.")]
    public async Task A_signature_over_path_and_query_is_taken(string target)
    {
        await using var server = await BedrockServer.Start();
        Assert.Equal(200, (await Send(server, Client(server).Request(server.Address, "GET", target))).Status);
    }

    [Theory]
    [InlineData("arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fsmall")]
    [InlineData("arn:aws:bedrock:us-east-1::foundation-model/small")]
    [InlineData("small")]
    public async Task An_encoded_path_is_encoded_once_more(string model)
    {
        await using var server = await BedrockServer.Start();
        Assert.Equal(200, (await Send(server, Client(server).Request(server.Address, "GET", "/foundation-models/" + model))).Status);
    }

    [Fact]
    public async Task Headers_are_folded_and_repeated_ones_joined()
    {
        await using var server = await BedrockServer.Start();
        var client = Client(server) with { Headers = [("x-amz-note", "  a   b "), ("my-header", "one"), ("my-header", "two"), ("x-amz-security-token", "ignored")] };
        var request = client.Request(server.Address, "GET", "/custom-models");
        using var connection = new TcpClient(server.Address.Host, server.Address.Port);
        string headers = string.Concat(request.Headers.NonValidated.SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}\r\n")));
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /custom-models HTTP/1.1\r\nHost: {server.Address.Authority}\r\n{headers}\r\n"));

        Assert.Contains("my-header: one\r\nmy-header: two", headers);
        Assert.Equal("HTTP/1.1 200 OK", await new StreamReader(connection.GetStream()).ReadLineAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_is_taken_with_and_without_a_header_that_names_its_hash(bool namesNoHash)
    {
        await using var server = await BedrockServer.Start();
        var model = await server.Tuned("tuned");
        string body = $$"""{"resourceARN":"{{BedrockServer.ArnOf(model)}}","tags":[{"key":"a","value":"b c"}]}""";
        Assert.Equal(200, (await Send(server, (Client(server) with { NamesNoHash = namesNoHash }).Request(server.Address, "POST", Tags, body))).Status);
    }

    [Fact]
    public async Task What_was_signed_cannot_be_changed()
    {
        await using var server = await BedrockServer.Start();
        var client = Client(server);
        (string Name, Action<HttpRequestMessage> Tamper)[] changes =
        [
            ("path", request => request.RequestUri = new(server.Address, "/foundation-models")),
            ("query", request => request.RequestUri = new(server.Address, "/custom-models?maxResults=2")),
            ("method", request => request.Method = HttpMethod.Delete),
            ("signed header", request => { request.Headers.Remove("x-amz-note"); request.Headers.TryAddWithoutValidation("x-amz-note", "b"); }),
            ("host", request => request.Headers.Host = "elsewhere"),
        ];

        foreach (var (name, tamper) in changes)
        {
            var (status, type, _) = await Send(
                server, (client with { Tamper = tamper, Headers = [("x-amz-note", "a")] }).Request(server.Address, "GET", "/custom-models?maxResults=1"));
            Assert.True((status, type) == (403, "InvalidSignatureException"), $"{name}: {status} {type}");
        }
    }

    [Theory]
    [InlineData(false, 400, "XAmzContentSHA256Mismatch")]
    [InlineData(true, 403, "InvalidSignatureException")]
    public async Task Another_body_than_the_signed_one_is_refused(bool namesNoHash, int status, string type)
    {
        await using var server = await BedrockServer.Start();
        var request = (Client(server) with { NamesNoHash = namesNoHash, Tamper = one => one.Content = new StringContent("{\"b\":1}") }).Request(server.Address, "POST", Tags, "{\"a\":1}");
        var answer = await Send(server, request);
        Assert.Equal((status, type), (answer.Status, answer.Type));
    }

    [Fact]
    public async Task An_amazon_header_that_is_not_signed_is_refused()
    {
        await using var server = await BedrockServer.Start();
        var answer = await Send(server, (Client(server) with { Tamper = one => one.Headers.Add("x-amz-extra", "1") }).Request(server.Address, "GET", "/custom-models"));
        Assert.Equal((403, "IncompleteSignatureException"), (answer.Status, answer.Type));
        Assert.Contains("'x-amz-extra'", answer.Message);
    }

    [Theory]
    [InlineData(-285, 200, "")]
    [InlineData(299, 200, "")]
    [InlineData(-302, 403, "Signature expired: ")]
    [InlineData(310, 403, "Signature not yet current: ")]
    public async Task A_signature_holds_five_minutes_around_its_time(int seconds, int status, string sentence)
    {
        await using var server = await BedrockServer.Start();
        var answer = await Send(server, (Client(server) with { Now = DateTimeOffset.UtcNow.AddSeconds(seconds) }).Request(server.Address, "GET", "/custom-models"));
        Assert.Equal(status, answer.Status);
        Assert.Contains(sentence, answer.Message);
    }

    [Fact]
    public async Task Place_service_and_key_have_to_be_the_servers()
    {
        await using var server = await BedrockServer.Start();
        var client = Client(server);
        (SignedClient Client, string Type, string Sentence)[] wrong =
        [
            (client with { Region = "eu-west-1" }, "InvalidSignatureException", "valid region, not 'eu-west-1'"),
            (client with { Service = "s3" }, "InvalidSignatureException", "correct service: 'bedrock'"),
            (client with { Secret = "no" }, "InvalidSignatureException", "does not match"),
            (client with { AccessKeyId = "AKIANOBODY" }, "UnrecognizedClientException", "security token"),
            (client with { PayloadHash = "UNSIGNED-PAYLOAD" }, "IncompleteSignatureException", "x-amz-content-sha256"),
        ];

        foreach (var (one, type, sentence) in wrong)
        {
            var answer = await Send(server, one.Request(server.Address, "GET", "/custom-models"));
            Assert.Equal((403, type), (answer.Status, answer.Type));
            Assert.Contains(sentence, answer.Message);
        }
    }

    [Fact]
    public async Task A_revoked_key_signs_nothing()
    {
        await using var server = await BedrockServer.Start();
        await server.Server.Services.GetRequiredService<IKeys>().Revoke(Caller.FirstAccount, server.Server.Key.Key.Id, default);
        Assert.Equal("UnrecognizedClientException", (await Send(server, Client(server).Request(server.Address, "GET", "/custom-models"))).Type);
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256", "requires 'Credential' parameter")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=1", "5 slash-delimited elements")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/bedrock/aws5, SignedHeaders=host, Signature=1", "valid terminator: 'aws4_request'")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=x-amz-date, Signature=1", "'Host' or ':authority'")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=x-amz-date;host, Signature=1", "order of the alphabet")]
    [InlineData("AWS4-ECDSA-P256-SHA256 Credential=a/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=1", "AWS")]
    public async Task A_header_that_is_none_says_what_is_missing(string header, string sentence)
    {
        await using var server = await BedrockServer.Start();
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/custom-models"));
        request.Headers.TryAddWithoutValidation("Authorization", header);
        request.Headers.TryAddWithoutValidation("x-amz-date", DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'"));
        var answer = await Send(server, request);
        Assert.Equal(403, answer.Status);
        Assert.Contains(sentence, answer.Message);
    }

    [Fact]
    public async Task A_change_is_carried_out_once_for_each_signature_and_a_question_as_often_as_it_is_asked()
    {
        await using var server = await BedrockServer.Start();
        var model = await server.Tuned("tuned");
        string tag = $$"""{"resourceARN":"{{BedrockServer.ArnOf(model)}}","tags":[{"key":"a","value":"b"}]}""";
        var client = Client(server);
        async Task<(int, string, string)> Twice(string method, string target, string? body)
        {
            Assert.Equal(200, (await Send(server, client.Request(server.Address, method, target, body))).Status);
            return await Send(server, client.Request(server.Address, method, target, body));
        }

        var (status, type, message) = await Twice("POST", Tags, tag);
        Assert.Equal((403, "InvalidSignatureException"), (status, type));
        Assert.Contains("used already", message);
        Assert.Equal(200, (await Twice("GET", "/custom-models", null)).Item1);
        Assert.Equal(200, (await Twice("POST", "/model/small/converse", """{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""")).Item1);
    }

    [Fact]
    public async Task A_path_with_dots_is_what_was_signed_and_leads_nowhere()
    {
        await using var server = await BedrockServer.Start();
        var answer = await Send(server, Client(server).Request(server.Address, "GET", "/foundation-models/..%2F..%2Fetc%2Fpasswd"));
        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task HTTP_1_and_HTTP_2_come_through_the_same_port_without_TLS()
    {
        await using var server = await BedrockServer.Start();
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            var request = Client(server).Request(server.Address, "GET", "/custom-models");
            (request.Version, request.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
            using var client = server.Server.ClientOf(null);
            using var response = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version));
        }
    }

    [Fact]
    public async Task A_preface_that_comes_byte_by_byte_or_breaks_off_harms_nobody()
    {
        await using var server = await BedrockServer.Start();
        using (var broken = new TcpClient(server.Address.Host, server.Address.Port))
        {
            await broken.GetStream().WriteAsync("PRI * HT"u8.ToArray());
        }

        using var slow = new TcpClient(server.Address.Host, server.Address.Port);
        foreach (byte one in Encoding.ASCII.GetBytes("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
        {
            await slow.GetStream().WriteAsync(new[] { one });
        }

        Assert.StartsWith("HTTP/1.1 403", await new StreamReader(slow.GetStream()).ReadLineAsync());
    }
}
