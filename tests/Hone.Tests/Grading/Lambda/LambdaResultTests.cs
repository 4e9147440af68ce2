using Hone.Grading;
using Hone.Grading.Lambda;

namespace Hone.Tests.Grading.Lambda;

public class LambdaResultTests
{
    static readonly GradingItem[] _two = [Items.Of("x", id: "1"), Items.Of("y", id: "2")];

    [Theory]
    [InlineData("""[{"id":"1","aggregate_reward_score":0.5},{"id":"2","aggregate_reward_score":-1}]""")]
    [InlineData("""[{"id":"2","aggregate_reward_score":-1.0},{"id":"1","aggregate_reward_score":5e-1,"score":7,"reward_components":{"a":1}}]""")]
    [InlineData("""[{"id":1,"aggregate_reward_score":0.5},{"id":2,"aggregate_reward_score":-1}]""")]
    [InlineData("""{"statusCode":200,"body":[{"id":"1","aggregate_reward_score":0.5},{"id":"2","aggregate_reward_score":-1}]}""")]
    [InlineData("""{"statusCode":200,"body":"[{\"id\":\"1\",\"aggregate_reward_score\":0.5},{\"id\":\"2\",\"aggregate_reward_score\":-1}]"}""")]
    [InlineData(""" "[{\"id\":\"1\",\"aggregate_reward_score\":0.5},{\"id\":\"2\",\"aggregate_reward_score\":-1}]" """)]
    public void Scores_are_matched_by_id(string json) =>
        Assert.Equal([0.5, -1], LambdaResult.Read(json, _two, "lambda").Select(grade => grade.Score!.Value));

    [Fact]
    public void An_object_alone_is_a_list_of_one() =>
        Assert.Equal(1, Assert.Single(LambdaResult.Read("""{"id":"1","aggregate_reward_score":1}""", [_two[0]], "lambda")).Score);

    [Fact]
    public void Metrics_and_a_reason_come_with_the_score()
    {
        var grade = LambdaResult.Read(
            """
            [{"id":"1","aggregate_reward_score":1,"reason":"good","metrics_list":[
              {"name":"a","value":0.9,"type":"Reward"},{"name":"b","value":2},{"name":"c","value":"x"},{"name":"d","value":1e999},{"value":1},3]}]
            """, [_two[0]], "lambda")[0];

        Assert.Equal("good", grade.Reason);
        Assert.Equal([new("a", 0.9, MetricType.Reward), new("b", 2, MetricType.Metric)], grade.Metrics);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[", "not JSON")]
    [InlineData("NaN", "not JSON")]
    [InlineData("null", "the answer is null")]
    [InlineData("3", "the answer is 3")]
    [InlineData("{}", "the answer is {}")]
    [InlineData("\"hello\"", "cannot be read")]
    [InlineData("""{"body":"oops"}""", "cannot be read")]
    [InlineData("""{"body":{"body":{"body":{"body":{"body":{"body":[]}}}}}}""", "needs to be a list")]
    [InlineData("""{"errorMessage":"boom","errorType":"ValueError","stackTrace":[]}""", "the function failed: ValueError: boom")]
    [InlineData("""{"statusCode":500,"body":"sorry"}""", "status 500: sorry")]
    [InlineData("[]", "0 results for 1 items, none for '1'")]
    [InlineData("[null,3,[],{}]", "none for '1'")]
    [InlineData("""[{"id":"9","aggregate_reward_score":1}]""", "but for '9', which was not asked for")]
    [InlineData("""[{"id":" 1","aggregate_reward_score":1}]""", "none for '1'")]
    [InlineData("""[{"id":"1","aggregate_reward_score":1},{"id":"1","aggregate_reward_score":1}]""", "2 results for the one item")]
    [InlineData("""[{"id":"1"}]""", "has no aggregate_reward_score")]
    [InlineData("""[{"id":"1","error":"no key"}]""", "no key")]
    [InlineData("""[{"id":"1","aggregate_reward_score":"1.0"}]""", "is \"1.0\", but needs to be a finite number")]
    [InlineData("""[{"id":"1","aggregate_reward_score":"NaN"}]""", "finite")]
    [InlineData("""[{"id":"1","aggregate_reward_score":true}]""", "finite")]
    [InlineData("""[{"id":"1","aggregate_reward_score":null}]""", "finite")]
    [InlineData("""[{"id":"1","aggregate_reward_score":[1]}]""", "finite")]
    [InlineData("""[{"id":"1","aggregate_reward_score":1e999}]""", "finite")]
    [InlineData("""[{"id":"\ud800","aggregate_reward_score":1}]""", "cannot be read")]
    public void Whatever_else_comes_is_a_fault(string json, string message)
    {
        var grade = Assert.Single(LambdaResult.Read(json, [_two[0]], "lambda"));

        Assert.Null(grade.Score);
        Assert.Equal("lambda", grade.Fault!.Boundary);
        Assert.Contains(message, grade.Fault.Message);
    }

    [Fact]
    public void A_result_that_is_missing_costs_its_own_item_only()
    {
        var grades = LambdaResult.Read("""[{"id":"2","aggregate_reward_score":1}]""", _two, "lambda");

        Assert.NotNull(grades[0].Fault);
        Assert.Equal(1, grades[1].Score);
    }

    [Fact]
    public void A_long_answer_is_shortened() =>
        Assert.InRange(LambdaResult.Read(new string('x', 1_000_000), _two, "lambda")[0].Fault!.Message.Length, 100, 500);
}
