using System.Text.Json.Nodes;
using Hone.Jobs.Engine;

namespace Hone.Server.OpenAi.Responses;

/// <summary>A response in OpenAI's shape, at any time of its making.</summary>
sealed class ResponseObject(ResponseQuestion question, TimeProvider clock)
{
    readonly string _id = $"resp_{Ids.New(32)}";
    readonly DateTimeOffset _created = clock.GetUtcNow();

    /// <param name="status">in_progress, completed, incomplete or failed.</param>
    public JsonObject Of(string status, JsonArray output, TokenUsage? usage = null, JsonObject? error = null)
    {
        var json = Whole(status, output, usage, error);

        // Clients type these as optional, not as nullable.
        foreach (string optional in (string[])["usage", "user"])
        {
            if (json[optional] is null)
            {
                json.Remove(optional);
            }
        }

        return json;
    }

    JsonObject Whole(string status, JsonArray output, TokenUsage? usage, JsonObject? error) => new()
    {
        ["id"] = _id,
        ["object"] = "response",
        ["created_at"] = Answers.Seconds(_created),
        ["completed_at"] = status == "completed" ? Answers.Seconds(clock.GetUtcNow()) : null,
        ["status"] = status,
        ["background"] = false,
        ["error"] = error,
        ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
        ["instructions"] = Given("instructions"),
        ["max_output_tokens"] = Given("max_output_tokens"),
        ["model"] = question.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = Given("parallel_tool_calls") ?? true,
        ["previous_response_id"] = null,
        ["reasoning"] = Given("reasoning") ?? new JsonObject { ["effort"] = null, ["summary"] = null },
        ["service_tier"] = "default",
        ["store"] = false,
        ["temperature"] = Given("temperature") ?? 1.0,
        ["text"] = Given("text") ?? new JsonObject { ["format"] = new JsonObject { ["type"] = "text" } },
        ["tool_choice"] = Given("tool_choice") ?? "auto",
        ["tools"] = Given("tools") ?? new JsonArray(),
        ["top_logprobs"] = Given("top_logprobs") ?? 0,
        ["top_p"] = Given("top_p") ?? 1.0,
        ["truncation"] = "disabled",
        ["usage"] = usage is null ? null : new JsonObject
        {
            ["input_tokens"] = usage.Prompt,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached, ["cache_write_tokens"] = 0 },
            ["output_tokens"] = usage.Completion,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
            ["total_tokens"] = usage.Prompt + usage.Completion,
        },
        ["user"] = Given("user"),
        ["metadata"] = Given("metadata") ?? new JsonObject(),
    };

    JsonNode? Given(string key) => question.Echo[key]?.DeepClone();
}
