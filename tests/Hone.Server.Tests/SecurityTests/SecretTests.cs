using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.SecurityTests;

public sealed class SecretTests
{
    [Fact]
    public async Task No_secret_is_in_anything_that_the_server_writes()
    {
        var log = new LogCapture();
        await using var server = await TestServer.Start(replace: log.Listen);
        var changes = server.Services.GetRequiredService<KeyChanges>();
        var owner = new Caller(Caller.FirstAccount, "console", KeyScopes.All);
        var key = await changes.Create(owner, "mine", KeyScopes.All, null, CancellationToken.None);
        var rotated = await changes.Rotate(owner, key.Key.Id, TimeSpan.FromHours(1), CancellationToken.None);
        using var client = server.ClientOf(key.Bearer);
        await client.GetAsync($"/hone/v1/keys?key={key.Bearer}");
        await client.GetAsync($"/v1/{key.Bearer}");
        await client.PostAsync("/hone/v1/keys", new StringContent(key.SecretAccessKey, Encoding.UTF8, "application/json"));

        string written = log.Text + string.Concat(Directory.GetFiles(server.Folder, "*", SearchOption.AllDirectories).Select(Read));

        Assert.Contains("mine", written);
        foreach (var made in new[] { key, rotated })
        {
            Assert.DoesNotContain(made.Bearer, written);
            Assert.DoesNotContain(made.Bearer.Split('-')[^1], written);
            Assert.DoesNotContain(made.SecretAccessKey, written);
        }
    }

    // Files that are open elsewhere are read as well.
    static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.Latin1);
            return reader.ReadToEnd();
        }
        catch (IOException) when (path.EndsWith(".lock", StringComparison.Ordinal))
        {
            return "";
        }
    }
}
