using Hone.Server.Tests.Support;

namespace Hone.Server.Tests;

public sealed class OpenApiDocumentTests
{
    [Fact]
    public async Task The_document_names_the_routes_that_are_there()
    {
        await using var server = await OpenAiServer.Start();
        using var client = server.ClientOf(null);

        var document = System.Text.Json.Nodes.JsonNode.Parse(await client.GetStringAsync("/openapi.json"))!;

        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
        Assert.Equal(["delete", "get"], document["paths"]!["/v1/files/{file}"]!.AsObject().Select(operation => operation.Key).Order());
        var create = document["paths"]!["/v1/fine_tuning/jobs"]!["post"]!;
        Assert.NotNull(create["requestBody"]!["content"]!["application/json"]);
        var list = document["paths"]!["/v1/fine_tuning/jobs"]!["get"]!;
        Assert.Equal(["after", "limit", "metadata"], list["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()));
        Assert.Equal("model", document["paths"]!["/v1/models/{model}"]!["get"]!["parameters"]![0]!["name"]!.GetValue<string>());
    }
}
