using System.Net;
using System.Net.Sockets;
using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

public sealed class FilesTests
{
    [Fact]
    public async Task A_file_is_kept_as_it_was_sent_and_told_in_OpenAIs_shape()
    {
        await using var server = await OpenAiServer.Start();
        string id = await server.Upload("{\"messages\":[\"ä\"]}\n");

        var (status, file) = await server.Get($"/v1/files/{id}");

        Assert.Equal(200, status);
        Assert.Equal(
            ("file", "train.jsonl", "fine-tune", 20),
            (file["object"]!.GetValue<string>(), file["filename"]!.GetValue<string>(), file["purpose"]!.GetValue<string>(), file["bytes"]!.GetValue<int>()));
        Assert.Equal("{\"messages\":[\"ä\"]}\n", await server.Client.GetStringAsync($"/v1/files/{id}/content"));
    }

    [Fact]
    public async Task The_purpose_may_come_before_or_behind_the_content()
    {
        await using var server = await OpenAiServer.Start();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("user_data"), "purpose" },
            { new StringContent("created_at"), "expires_after[anchor]" },
            { new StringContent("3600"), "expires_after[seconds]" },
            { new StringContent("a"), "file", "a.txt" },
        };

        var (status, file) = await server.Post("/v1/files", form);

        Assert.Equal(200, status);
        Assert.Equal("user_data", file["purpose"]!.GetValue<string>());
        Assert.Equal(3600, file["expires_at"]!.GetValue<long>() - file["created_at"]!.GetValue<long>(), tolerance: 2);
    }

    [Fact]
    public async Task A_list_is_cut_into_pages_that_begin_behind_a_file()
    {
        await using var server = await OpenAiServer.Start();
        string[] ids = [await server.Upload(), await server.Upload(purpose: "batch"), await server.Upload()];

        var (_, first) = await server.Get("/v1/files?limit=2&order=asc");
        var (_, rest) = await server.Get($"/v1/files?limit=2&order=asc&after={ids[1]}");
        var (_, ofPurpose) = await server.Get("/v1/files?purpose=batch");

        Assert.Equal(ids[..2], first["data"]!.AsArray().Select(file => file!["id"]!.GetValue<string>()));
        Assert.True(first["has_more"]!.GetValue<bool>());
        Assert.Equal(ids[2], rest["data"]![0]!["id"]!.GetValue<string>());
        Assert.False(rest["has_more"]!.GetValue<bool>());
        Assert.Single(ofPurpose["data"]!.AsArray());
    }

    [Fact]
    public async Task Another_account_sees_no_file_and_can_delete_none()
    {
        await using var server = await OpenAiServer.Start();
        string id = await server.Upload();
        string other = (await server.NewKey("000000000002", KeyScopes.All)).Bearer;

        Assert.Equal(404, (await server.Get($"/v1/files/{id}", other)).Status);
        Assert.Equal(404, (await server.Get($"/v1/files/{id}/content", other)).Status);
        Assert.Equal(404, (await server.Send(HttpMethod.Delete, $"/v1/files/{id}", key: other)).Status);
        Assert.Empty((await server.Get("/v1/files", other)).Json["data"]!.AsArray());
        Assert.Equal(200, (await server.Send(HttpMethod.Delete, $"/v1/files/{id}")).Status);
        Assert.Equal(404, (await server.Get($"/v1/files/{id}")).Status);
    }

    public static TheoryData<string, string> BadForms => new()
    {
        { "purpose=fine-tune", "file" },
        { "file", "purpose" },
        { "file purpose=love", "purpose" },
        { "file purpose=fine-tune color=red", "color" },
        { "file purpose=fine-tune expires_after[seconds]=5", "expires_after[seconds]" },
        { "file purpose=fine-tune purpose=fine-tune", "purpose" },
        { "file file purpose=fine-tune", "file" },
    };

    [Theory, MemberData(nameof(BadForms))]
    public async Task A_form_with_a_mistake_names_the_part_and_keeps_nothing(string parts, string parameter)
    {
        await using var server = await OpenAiServer.Start();
        using var form = new MultipartFormDataContent();
        foreach (string[] part in parts.Split(' ').Select(part => part.Split('=')))
        {
            if (part[0] == "file")
            {
                form.Add(new StringContent("x"), "file", "x.jsonl");
            }
            else
            {
                form.Add(new StringContent(part[1]), part[0]);
            }
        }

        var (status, json) = await server.Post("/v1/files", form);

        Assert.Equal(400, status);
        Assert.Equal(parameter, json["error"]!["param"]!.GetValue<string>());
        Assert.Empty((await server.Get("/v1/files")).Json["data"]!.AsArray());
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused_with_413()
    {
        await using var server = await OpenAiServer.Start(settings => settings with { LargestFile = 1000 });
        using var form = new MultipartFormDataContent { { new StringContent(new string('x', 1001)), "file", "x.jsonl" }, { new StringContent("batch"), "purpose" } };

        var (status, json) = await server.Post("/v1/files", form);

        Assert.Equal(413, status);
        Assert.Contains("1,000 bytes", json["error"]!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_upload_that_is_cut_off_leaves_nothing()
    {
        await using var server = await OpenAiServer.Start();
        const string Part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nhalf a fi";
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
            string head = $"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.Key.Bearer}\r\n"
                + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + Part));
        }

        using var closed = new StringContent(Part);
        closed.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };
        var (status, json) = await server.Post("/v1/files", closed);

        Assert.Equal(400, status);
        Assert.Contains("ended before", json["error"]!["message"]!.GetValue<string>());
        Assert.Empty((await server.Get("/v1/files")).Json["data"]!.AsArray());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(server.Folder, "uploads")));
    }
}
