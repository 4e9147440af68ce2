using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.OpenAi.Chat;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Responses;

/// <summary>A response that is asked for.</summary>
/// <param name="Echo">The keys of the request that the response repeats.</param>
sealed record ResponseQuestion(string Model, GenerateRequest Request, ToolUse Tools, bool Streams, JsonObject Echo)
{
    const int LeastTokens = 1, MostTokens = 1_000_000;
    const string LogProbabilities = "message.output_text.logprobs";

    static readonly string[] _repeated =
    [
        "instructions", "max_output_tokens", "metadata", "parallel_tool_calls", "reasoning", "temperature", "text", "tool_choice", "tools",
        "top_logprobs", "top_p", "user",
    ];

    public static ResponseQuestion Read(JsonForm form)
    {
        string model = form.RequiredText("model", "the id of a model of GET /v1/models");
        var messages = InputReader.Read(form);
        var format = form.Object("text", Format);
        var tools = new ToolReader(form, isNested: false).Read(format);
        string? effort = form.Object("reasoning", Reasoning);
        RefuseOthers(form);
        return new(
            model,
            SamplingReader.Read(form) with
            {
                Messages = messages,
                Tools = tools.Shown,
                TemplateArguments = SamplingReader.TemplateArguments(form, effort),
                MaxTokens = form.Count("max_output_tokens", LeastTokens, MostTokens),
                TopLogProbabilities = Top(form),
                Schema = tools.Schema ?? format,
            },
            tools,
            IsStream(form),
            Repeated(form.Json));
    }

    static JsonNode? Format(JsonForm text)
    {
        text.Choice("verbosity", "medium");
        return text.Object("format", format => ResponseFormat.Read(format, isNested: false));
    }

    static string? Reasoning(JsonForm form)
    {
        // A summary is of a thought that the provider keeps; Hone's models show theirs.
        form.Choice("summary", "auto", "concise", "detailed");
        form.Choice("generate_summary", "auto", "concise", "detailed");
        return SamplingReader.Effort(form, "effort");
    }

    static int? Top(JsonForm form)
    {
        int? top = form.Count("top_logprobs", 0, 20);
        bool wanted = false;
        foreach (var item in form.Items("include", 16))
        {
            if (item.ToString() == LogProbabilities)
            {
                wanted = true;
            }
            else if (item.ToString() != "reasoning.encrypted_content")
            {
                form.Wrong("include", $"include has '{item}', but Hone has {LogProbabilities} only to tell.");
            }
        }

        return wanted || top > 0 ? top ?? 0 : null;
    }

    static bool IsStream(JsonForm form)
    {
        bool streams = form.Flag("stream") ?? false;
        form.Object("stream_options", options => options.Flag("include_obfuscation"));
        return streams;
    }

    static void RefuseOthers(JsonForm form)
    {
        ChatQuestion.Hints(form);
        form.Flag("store");
        if (form.Flag("background") == true)
        {
            form.Refuse("background", "is true, but Hone answers while the connection stands; use stream");
        }

        const string Keeps = "names what an earlier answer left behind, but Hone keeps no conversations; send its items in input";
        form.Refuse("previous_response_id", Keeps);
        form.Refuse("conversation", Keeps);
        form.Refuse("prompt", "names a stored prompt, but Hone keeps none; write it into instructions and input");
        form.Refuse("moderation", "asks for a moderation model, but Hone has none");
        form.Refuse("max_tool_calls", "counts tools that the provider runs, but Hone runs none");
        form.Refuse("context_management", "asks for a compaction, but Hone shortens no conversations");
        if (form.Choice("truncation", "disabled", "auto") == "auto")
        {
            form.Wrong("truncation", "truncation is 'auto', but Hone shortens no conversations; leave it out and send what the model has room for.");
        }
    }

    static JsonObject Repeated(JsonElement json) => new(
        _repeated.Where(key => json.TryGetProperty(key, out _))
            .Select(key => KeyValuePair.Create(key, JsonNode.Parse(json.GetProperty(key).GetRawText()))));
}
