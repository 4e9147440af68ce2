using System.Net;
using System.Net.Http.Json;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.OpenAi;

/// <summary>Bodies that are refused: the status code, the place and the word for programs.</summary>
public sealed class RefusalTests
{
    const string Chat = "/v1/chat/completions", Completion = "/v1/completions", Response = "/v1/responses", Jobs = "/v1/fine_tuning/jobs";
    const string Said = "\"model\":\"small\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]", Job = "\"model\":\"small\",\"training_file\":\"file-x\"";

    public static TheoryData<string, string, string?, string?> Bodies => new()
    {
        { Chat, "", null, null },
        { Chat, "[]", null, null },
        { Chat, "{", null, null },
        { Chat, "{\"model\":\"a\",\"model\":\"b\"}", null, null },
        { Chat, "{\"model\":\"\\ud800\"}", null, null },
        { Chat, "{}", "model", "missing_required_parameter" },
        { Chat, "{\"model\":\"small\"}", "messages", "missing_required_parameter" },
        { Chat, "{\"model\":\"small\",\"messages\":[]}", "messages", "invalid_value" },
        { Chat, "{\"model\":\"small\",\"messages\":[3]}", "messages[0]", "invalid_type" },
        { Chat, "{\"model\":\"small\",\"messages\":[{\"role\":\"king\",\"content\":\"\"}]}", "messages[0].role", "invalid_value" },
        { Chat, "{\"model\":\"small\",\"messages\":[{\"role\":\"user\"}]}", "messages[0].content", "missing_required_parameter" },
        { Chat, "{\"model\":\"small\",\"messages\":[{\"role\":\"user\",\"content\":\"\",\"mood\":1}]}", "messages[0].mood", "unknown_parameter" },
        { Chat, "{\"model\":\"small\",\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]}", "messages[0].tool_call_id", "missing_required_parameter" },
        {
            Chat, "{\"model\":\"small\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]}",
            "messages[0].content[0].type", "invalid_value"
        },
        { Chat, $"{{{Said},\"temperature\":3}}", "temperature", "invalid_value" },
        { Chat, $"{{{Said},\"temperature\":\"hot\"}}", "temperature", "invalid_type" },
        { Chat, $"{{{Said},\"n\":0}}", "n", "invalid_value" },
        { Chat, $"{{{Said},\"n\":1.5}}", "n", "invalid_type" },
        { Chat, $"{{{Said},\"max_tokens\":0}}", "max_tokens", "invalid_value" },
        { Chat, $"{{{Said},\"max_tokens\":4,\"max_completion_tokens\":5}}", "max_tokens", "invalid_value" },
        { Chat, $"{{{Said},\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}}", "stop", "invalid_value" },
        { Chat, $"{{{Said},\"stop\":\"\"}}", "stop", "invalid_value" },
        { Chat, $"{{{Said},\"top_logprobs\":2}}", "top_logprobs", "invalid_value" },
        { Chat, $"{{{Said},\"logit_bias\":{{\"x\":1}}}}", "logit_bias", "invalid_value" },
        { Chat, $"{{{Said},\"stream_options\":{{\"include_usage\":true}}}}", "stream_options", "invalid_value" },
        { Chat, $"{{{Said},\"modalities\":[\"text\",\"audio\"]}}", "modalities", "invalid_value" },
        { Chat, $"{{{Said},\"audio\":{{}}}}", "audio", "unsupported_parameter" },
        { Chat, $"{{{Said},\"web_search_options\":{{}}}}", "web_search_options", "unsupported_parameter" },
        { Chat, $"{{{Said},\"functions\":[]}}", "functions", "unsupported_parameter" },
        { Chat, $"{{{Said},\"service_tier\":\"flex\"}}", "service_tier", "invalid_value" },
        { Chat, $"{{{Said},\"metadata\":{{\"a\":1}}}}", "metadata.a", "invalid_value" },
        { Chat, $"{{{Said},\"response_format\":{{\"type\":\"xml\"}}}}", "response_format.type", "invalid_value" },
        { Chat, $"{{{Said},\"response_format\":{{\"type\":\"json_schema\"}}}}", "response_format.json_schema", "missing_required_parameter" },
        { Chat, $"{{{Said},\"tools\":[{{\"type\":\"web_search\"}}]}}", "tools[0].type", "invalid_value" },
        { Chat, $"{{{Said},\"tools\":[{{\"type\":\"function\",\"function\":{{\"name\":\"a b\"}}}}]}}", "tools[0].function.name", "invalid_value" },
        { Chat, $"{{{Said},\"tool_choice\":\"required\"}}", "tool_choice", "invalid_value" },
        { Completion, "{\"model\":\"small\"}", "prompt", "missing_required_parameter" },
        { Completion, "{\"model\":\"small\",\"prompt\":[]}", "prompt", "invalid_value" },
        { Completion, "{\"model\":\"small\",\"prompt\":[\"a\",3]}", "prompt", "invalid_value" },
        { Completion, "{\"model\":\"small\",\"prompt\":\"a\",\"suffix\":\"b\"}", "suffix", "unsupported_parameter" },
        { Completion, "{\"model\":\"small\",\"prompt\":\"a\",\"best_of\":3}", "best_of", "invalid_value" },
        { Completion, "{\"model\":\"small\",\"prompt\":[\"a\",\"b\"],\"n\":65}", "n", "invalid_value" },
        { Completion, "{\"model\":\"small\",\"prompt\":\"a\",\"echo\":true,\"logprobs\":1}", "echo", "invalid_value" },
        { Completion, "{\"model\":\"small\",\"prompt\":[1,2],\"echo\":true}", "echo", "invalid_value" },
        { Response, "{\"model\":\"small\"}", "input", "missing_required_parameter" },
        { Response, "{\"model\":\"small\",\"input\":[{\"type\":\"item_reference\",\"id\":\"x\"}]}", "input[0].type", "invalid_value" },
        { Response, "{\"model\":\"small\",\"input\":\"a\",\"previous_response_id\":\"resp_1\"}", "previous_response_id", "unsupported_parameter" },
        { Response, "{\"model\":\"small\",\"input\":\"a\",\"background\":true}", "background", "unsupported_parameter" },
        { Response, "{\"model\":\"small\",\"input\":\"a\",\"tools\":[{\"type\":\"web_search\"}]}", "tools[0].type", "invalid_value" },
        { Response, "{\"model\":\"small\",\"input\":\"a\",\"truncation\":\"auto\"}", "truncation", "invalid_value" },
        { Response, "{\"model\":\"small\",\"input\":\"a\",\"n\":2}", "n", "unknown_parameter" },
        { Jobs, "{}", "model", "missing_required_parameter" },
        { Jobs, $"{{{Job},\"epochs\":1}}", "epochs", "unknown_parameter" },
        { Jobs, $"{{{Job},\"suffix\":\"a:b\"}}", "suffix", "invalid_value" },
        { Jobs, $"{{{Job},\"seed\":-1}}", "seed", "invalid_value" },
        { Jobs, $"{{{Job},\"integrations\":[{{\"type\":\"wandb\"}}]}}", "integrations", "unsupported_parameter" },
        { Jobs, $"{{{Job},\"method\":{{\"type\":\"dpo\",\"dpo\":{{}}}}}}", "method.type", "invalid_value" },
        { Jobs, $"{{{Job},\"method\":{{\"type\":\"reinforcement\"}}}}", "method.reinforcement", "missing_required_parameter" },
        { Jobs, $"{{{Job},\"hyperparameters\":{{\"n_epochs\":0}}}}", "hyperparameters.n_epochs", "invalid_value" },
        { Jobs, $"{{{Job},\"hyperparameters\":{{\"n_epochs\":\"many\"}}}}", "hyperparameters.n_epochs", "invalid_type" },
        { Jobs, $"{{{Job},\"hyperparameters\":{{\"eval_interval\":1}}}}", "hyperparameters.eval_interval", "unknown_parameter" },
        { Jobs, Reinforced("{\"type\":\"endpoint\",\"url\":\"http://x\"}"), "method.reinforcement.grader.type", "invalid_value" },
        { Jobs, Reinforced("{\"kind\":\"finalNumber\"}"), "method.reinforcement.grader.type", "missing_required_parameter" },
        { Jobs, Reinforced("{\"type\":\"process\",\"command\":[\"rm\"]}"), "method.reinforcement.grader.type", "invalid_value" },
        { Jobs, Reinforced("{\"type\":\"python\",\"file\":\"/etc/passwd\"}"), "method.reinforcement.grader.file", "unknown_parameter" },
        { Jobs, Reinforced("{\"type\":\"python\",\"source\":\"x\",\"network\":true}"), "method.reinforcement.grader.network", "unknown_parameter" },
        {
            Jobs, Reinforced("{\"type\":\"string_check\",\"input\":\"{{sample.outputs}}\",\"reference\":\"\",\"operation\":\"eq\"}"),
            "method.reinforcement.grader.input", "invalid_value"
        },
        {
            Jobs, Reinforced("{\"type\":\"multi\",\"graders\":{\"a\":{\"type\":\"python\",\"file\":\"x\"}},\"calculate_output\":\"a\"}"),
            "method.reinforcement.grader.graders.a.file", "unknown_parameter"
        },
        { Jobs, $"{{{Job}}}", "training_file", "invalid_value" },
        { "/v1/fine_tuning/alpha/graders/run", "{\"model_sample\":\"x\"}", "grader", "missing_required_parameter" },
        { "/v1/fine_tuning/alpha/graders/validate", "{\"grader\":{\"type\":\"magic\"}}", "grader.type", "invalid_value" },
    };

    static string Reinforced(string grader) => $"{{{Job},\"method\":{{\"type\":\"reinforcement\",\"reinforcement\":{{\"grader\":{grader}}}}}}}";

    [Theory, MemberData(nameof(Bodies))]
    public async Task A_body_with_a_mistake_is_refused_at_its_place(string path, string body, string? parameter, string? code)
    {
        var (status, json) = await (await Server.Value).Post(path, body);

        Assert.Equal(400, status);
        var error = json["error"]!.AsObject();
        Assert.Equal(["message", "type", "param", "code"], error.Select(member => member.Key));
        Assert.Equal("invalid_request_error", error["type"]!.GetValue<string>());
        Assert.Equal(parameter, error["param"]?.GetValue<string>());
        Assert.Equal(code, error["code"]?.GetValue<string>());
    }

    // One server for all rows: none of them changes anything.
    static readonly Lazy<Task<TestServer>> Server = new(() => OpenAiServer.Start());

    [Fact]
    public async Task All_problems_of_a_body_are_told_at_once()
    {
        var (_, json) = await (await Server.Value).Post(Chat, "{\"messages\":[{\"role\":\"user\"}],\"temperature\":9,\"color\":\"red\"}");

        string message = json["error"]!["message"]!.GetValue<string>();
        Assert.All(["model is missing", "messages[0].content is missing", "temperature is 9", "color is not known"], part => Assert.Contains(part, message));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("PUT", "/v1/files", 405)]
    [InlineData("POST", "/v1/embeddings", 404)]
    [InlineData("GET", "/v1/files/file-none", 404)]
    [InlineData("GET", "/v1/models/none", 404)]
    [InlineData("GET", "/v1/fine_tuning/jobs/ftjob-none", 404)]
    [InlineData("POST", "/v1/fine_tuning/jobs/ftjob-none/cancel", 404)]
    [InlineData("GET", "/v1/files?limit=0", 400)]
    [InlineData("GET", "/v1/fine_tuning/jobs?colour=red", 400)]
    public async Task A_route_that_cannot_answer_says_so_in_the_same_shape(string method, string path, int expected)
    {
        var (status, json) = await (await Server.Value).Send(new HttpMethod(method), path);

        Assert.Equal(expected, status);
        Assert.NotEmpty(json["error"]!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_no_JSON_by_its_type_is_refused()
    {
        await using var server = await OpenAiServer.Start(settings => settings with { LargestBody = 100 });
        using var form = new StringContent("a=b", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");

        Assert.Equal(413, (await server.Post(Chat, $"{{{Said},\"user\":\"{new string('x', 200)}\"}}")).Status);
        using var large = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = JsonContent.Create(new { user = new string('x', 200) }) };
        large.Headers.ExpectContinue = true;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await server.Client.SendAsync(large)).StatusCode);
        Assert.Equal(400, (await server.Post(Chat, form)).Status);
    }
}
