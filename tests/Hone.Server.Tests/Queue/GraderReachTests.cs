using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Queue.Graders;

namespace Hone.Server.Tests.Queue;

public class GraderReachTests
{
    const string Lambda = "http://127.0.0.1:9001";

    static readonly ServerSettings _settings = new() { DataFolder = "data", LambdaEndpoint = Lambda };

    static readonly Caller _owner = new(Caller.FirstAccount, "key", KeyScopes.All), _stranger = new("other", "key", KeyScopes.All);

    [Theory]
    [InlineData("""{"kind":"http","url":"https://a.org"}""", """{"kind":"http","url":"https://a.org","publicOnly":true}""")]
    [InlineData("""{"kind":"http","url":"https://a.org","publicOnly":false}""", """{"kind":"http","url":"https://a.org","publicOnly":true}""")]
    [InlineData(
        """{"kind":"weighted","parts":[{"weight":1,"grader":{"kind":"judge","endpoint":"https://a.org/v1"}}]}""",
        """{"kind":"weighted","parts":[{"weight":1,"grader":{"kind":"judge","endpoint":"https://a.org/v1","publicOnly":true}}]}""")]
    [InlineData("""{"kind":"lambda","arn":"x"}""", """{"kind":"lambda","arn":"x","endpoint":"http://127.0.0.1:9001"}""")]
    [InlineData("""{"kind":"lambda","arn":"x","endpoint":"https://a.org"}""", """{"kind":"lambda","arn":"x","endpoint":"https://a.org","publicOnly":true}""")]
    [InlineData("""{"kind":"judge","modelFolder":"base"}""", """{"kind":"judge","modelFolder":"base"}""")]
    public void A_strangers_grader_reaches_the_open_internet_and_the_servers_own_functions(string given, string expected) =>
        Assert.Equal(expected, Limited(given, _stranger));

    [Fact]
    public void The_owners_grader_reaches_whatever_it_names() =>
        Assert.Equal("""{"kind":"http","url":"http://10.0.0.1"}""", Limited("""{"kind":"http","url":"http://10.0.0.1"}""", _owner));

    static string Limited(string grader, Caller caller)
    {
        var node = JsonNode.Parse(grader)!;
        GraderReach.Limit(node, caller, _settings);
        return node.ToJsonString();
    }
}
