using System.Text.Json;
using Hone.Training.Data.InvocationLogs;

namespace Hone.Tests.Training.Data.InvocationLogs;

public class RequestMetadataFiltersTests
{
    [Theory]
    [InlineData("""{"equals":{"a":"1"}}""", true)]
    [InlineData("""{"equals":{"a":"2"}}""", false)]
    [InlineData("""{"equals":{"a":"1","b":"2"}}""", true)]
    [InlineData("""{"equals":{"a":"1","b":"1"}}""", false)]
    [InlineData("""{"equals":{"c":"1"}}""", false)]
    [InlineData("""{"equals":{"A":"1"}}""", false)]
    [InlineData("""{"notEquals":{"a":"1"}}""", false)]
    [InlineData("""{"notEquals":{"a":"2"}}""", true)]
    [InlineData("""{"notEquals":{"c":"1"}}""", true)]
    [InlineData("""{"notEquals":{"a":"2","b":"2"}}""", false)]
    [InlineData("""{"andAll":[{"equals":{"a":"1"}},{"notEquals":{"b":"1"}}]}""", true)]
    [InlineData("""{"andAll":[{"equals":{"a":"1"}},{"equals":{"b":"1"}}]}""", false)]
    [InlineData("""{"orAll":[{"equals":{"a":"2"}},{"equals":{"b":"2"}}]}""", true)]
    [InlineData("""{"orAll":[{"equals":{"a":"2"}},{"notEquals":{"b":"2"}}]}""", false)]
    public void A_call_is_taken_where_the_condition_holds(string filters, bool taken)
    {
        Assert.Empty(Read(filters).Problems("f"));
        Assert.Equal(taken, Read(filters).Match(JsonElement.Parse("""{"a":"1","b":"2"}""")));
    }

    [Theory]
    [InlineData("""{"equals":{"a":"1"}}""", false)]
    [InlineData("""{"notEquals":{"a":"1"}}""", true)]
    public void A_call_without_metadata_has_no_key(string filters, bool taken) => Assert.Equal(taken, Read(filters).Match(default));

    [Theory]
    [InlineData("{}", "f has 0 of equals, notEquals, andAll and orAll, but needs exactly one;")]
    [InlineData("""{"equals":{"a":"1"},"notEquals":{"a":"1"}}""", "f has 2 of equals")]
    [InlineData("""{"equals":{"a":"1"},"andAll":[{"equals":{"a":"1"}}]}""", "f has 2 of equals")]
    [InlineData("""{"equals":{}}""", "f.equals has 0 keys, but needs 1 to 16")]
    [InlineData("""{"andAll":[]}""", "f.andAll has 0 conditions, but needs 1 to 16.")]
    [InlineData("""{"orAll":[{}]}""", "f.orAll[0] has no condition; give it \"equals\" or \"notEquals\".")]
    [InlineData("""{"orAll":[{"equals":{"a":"1"},"notEquals":{"a":"1"}}]}""", "f.orAll[0] has two conditions;")]
    [InlineData("""{"andAll":[{"equals":{}}]}""", "f.andAll[0].equals has 0 keys")]
    [InlineData("""{"equals":{"a":null}}""", "f.equals: 'a' needs a text as value")]
    public void A_condition_that_says_nothing_is_told(string filters, string sentence) =>
        Assert.StartsWith(sentence, Assert.Single(Read(filters).Problems("f")));

    [Fact]
    public void More_than_Bedrock_takes_is_told()
    {
        var pairs = Enumerable.Range(0, 17).ToDictionary(i => $"k{i}", _ => "v");
        var filters = new RequestMetadataFilters { AndAll = [.. Enumerable.Repeat(new RequestMetadataCondition { EqualTo = pairs }, 17)] };

        Assert.Equal(18, filters.Problems("f").Count());
        Assert.Contains("neither may be longer than 256", Assert.Single(new RequestMetadataFilters { EqualTo = new Dictionary<string, string> { ["a"] = new('x', 257) } }.Problems("f")));
    }

    static readonly JsonSerializerOptions _camelCase = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    static RequestMetadataFilters Read(string json) => JsonSerializer.Deserialize<RequestMetadataFilters>(json, _camelCase)!;
}
