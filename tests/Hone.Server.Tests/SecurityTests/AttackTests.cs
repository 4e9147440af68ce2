using System.Diagnostics;
using Hone.Server.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Hone.Server.Tests.SecurityTests;

/// <summary>What is tried is refused with the right code, says nothing of anybody, changes nothing, and costs no time.</summary>
public sealed class AttackTests(ITestOutputHelper output)
{
    // Far from what a refusal takes (milliseconds), near enough to catch one that waits for something.
    static readonly TimeSpan _slow = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Every_attack_of_the_table_is_refused()
    {
        var tenants = new Tenants();
        await tenants.InitializeAsync();
        var before = await KeysOf(tenants);
        List<string> wrong = [];
        List<double> milliseconds = [];

        foreach (var attack in AttackTable.All)
        {
            long start = Stopwatch.GetTimestamp();
            var answer = await RawHttp.Send(tenants.Server.Client.BaseAddress!, attack.For(tenants));
            var took = Stopwatch.GetElapsedTime(start);
            milliseconds.Add(took.TotalMilliseconds);
            wrong.AddRange(Problems(attack, answer, took).Select(problem => $"{attack.Name}: {problem}\n{answer.Head}\n{answer.Body}"));
        }

        milliseconds.Sort();
        output.WriteLine($"{milliseconds.Count} attacks; median {milliseconds[milliseconds.Count / 2]:F1} ms, slowest {milliseconds[^1]:F1} ms");
        Assert.True(AttackTable.All.Count >= 60);
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        Assert.Equal(before, await KeysOf(tenants));
        Assert.All(tenants.Secrets, secret => Assert.DoesNotContain(secret, tenants.Log.Text));
        await tenants.DisposeAsync();
    }

    [Fact]
    public async Task A_signed_request_that_changes_something_is_carried_out_once()
    {
        var tenants = new Tenants();
        await tenants.InitializeAsync();
        var server = tenants.Server.Client.BaseAddress!;
        var signed = SignedRequest.With(tenants.Stranger);
        string change = SignatureAttacks.Change(signed).InHeader();

        Assert.Equal(200, (await RawHttp.Send(server, signed.InHeader())).Status);
        Assert.Equal(200, (await RawHttp.Send(server, signed.InQuery(60))).Status);
        Assert.Equal(404, (await RawHttp.Send(server, change)).Status);
        var replay = await RawHttp.Send(server, change);
        Assert.True(replay.Status == 403 && replay.Body.Contains("used already", StringComparison.Ordinal), replay.Head + replay.Body);
        await tenants.DisposeAsync();
    }

    static IEnumerable<string> Problems(Attack attack, RawAnswer answer, TimeSpan took)
    {
        if (!attack.Statuses.Contains(answer.Status))
        {
            yield return $"{answer.Status} in place of {string.Join(" or ", attack.Statuses)}";
        }

        if ((answer.Head + answer.Body).Contains(Tenants.Marker, StringComparison.Ordinal))
        {
            yield return "tells what is private";
        }

        if (answer.Head.Contains("Access-Control-", StringComparison.OrdinalIgnoreCase) || answer.Head.Contains("X-Injected", StringComparison.Ordinal))
        {
            yield return "has a header that it must not have";
        }

        if (answer.Body.Contains("   at ", StringComparison.Ordinal) || answer.Body.Contains("System.", StringComparison.Ordinal))
        {
            yield return "tells of the program's insides";
        }

        if (took > _slow)
        {
            yield return $"took {took}";
        }
    }

    static async Task<IReadOnlyList<ApiKey>> KeysOf(Tenants tenants) =>
        [.. (await tenants.Server.Services.GetRequiredService<IKeys>().List(null, CancellationToken.None)).Select(key => key with { LastUsed = null })];
}
