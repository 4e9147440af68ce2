using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

public sealed class GradersTests
{
    const string Run = "/v1/fine_tuning/alpha/graders/run";
    const string Exact = """{"type":"string_check","name":"exact","input":"{{sample.output_text}}","reference":"{{item.answer}}","operation":"eq"}""";
    const string Close = """{"type":"text_similarity","name":"close","input":"{{sample.output_text}}","reference":"{{item.answer}}","evaluation_metric":"fuzzy_match"}""";

    [Theory]
    [InlineData("four", 1)]
    [InlineData("five", 0)]
    [InlineData("", 0)]
    public async Task An_answer_is_graded(string sample, double reward)
    {
        await using var server = await OpenAiServer.Start();

        var (status, json) = await server.Post(Run, $$"""{"grader":{{Exact}},"model_sample":"{{sample}}","item":{"answer":"four"} }""");

        Assert.Equal(200, status);
        Assert.Equal(reward, json["reward"]!.GetValue<double>());
        Assert.Equal(("exact", "string_check"), (json["metadata"]!["name"]!.GetValue<string>(), json["metadata"]!["type"]!.GetValue<string>()));
        Assert.DoesNotContain(json["metadata"]!["errors"]!.AsObject(), error => error.Value is { } value && value.ToJsonString() == "true");
    }

    [Fact]
    public async Task Parts_of_a_multi_grader_are_told()
    {
        await using var server = await OpenAiServer.Start();

        var (_, json) = await server.Post(
            Run,
            $$$"""{"grader":{"type":"multi","name":"both","graders":{"exact":{{{Exact}}},"close":{{{Close}}}},"calculate_output":"0.5 * exact + 0.5 * close"},"model_sample":"four","item":{"answer":"four"} }""");

        Assert.Equal(1, json["reward"]!.GetValue<double>());
        Assert.Equal(["exact", "close"], json["sub_rewards"]!.AsObject().Select(part => part.Key));
    }

    [Fact]
    public async Task A_name_that_the_item_lacks_is_an_error_and_no_score()
    {
        await using var server = await OpenAiServer.Start();

        var (_, json) = await server.Post(Run, $$"""{"grader":{{Exact}},"model_sample":"four"}""");

        Assert.Equal(0, json["reward"]!.GetValue<double>());
        Assert.True(json["metadata"]!["errors"]!["invalid_variable_error"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_valid_grader_comes_back_as_it_is_and_a_bad_one_with_all_its_problems()
    {
        await using var server = await OpenAiServer.Start();
        const string Validate = "/v1/fine_tuning/alpha/graders/validate";

        var (status, json) = await server.Post(Validate, $$"""{"grader":{{Exact}}}""");
        var (refused, problems) = await server.Post(
            Validate, """{"grader":{"type":"multi","graders":{"a":{"type":"string_check","input":"{{x.y}}","reference":"","operation":"is"}},"calculate_output":"b"}}""");

        Assert.Equal(200, status);
        Assert.Equal("string_check", json["grader"]!["type"]!.GetValue<string>());
        Assert.Equal(400, refused);
        string message = problems["error"]!["message"]!.GetValue<string>();
        Assert.All(["grader.graders.a.input", "grader.graders.a.operation", "grader.calculate_output"], place => Assert.Contains(place, message));
    }
}
