using Hone.Jobs.Engine;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Chat;

/// <summary>A chat completion that is asked for.</summary>
/// <param name="Model">As it was written.</param>
sealed record ChatQuestion(string Model, GenerateRequest Request, ToolUse Tools, bool Streams, bool IncludesUsage)
{
    const int MostChoices = 128, MostTokens = 1_000_000;

    public static ChatQuestion Read(JsonForm form)
    {
        string model = form.RequiredText("model", "the id of a model of GET /v1/models");
        var messages = MessageReader.Read(form);
        var format = form.Object("response_format", inner => ResponseFormat.Read(inner, isNested: true));
        var tools = new ToolReader(form, isNested: true).Read(format);
        bool streams = form.Flag("stream") ?? false;
        RefuseOthers(form);
        return new(
            model,
            SamplingReader.Read(form) with
            {
                Messages = messages,
                Tools = tools.Shown,
                TemplateArguments = SamplingReader.TemplateArguments(form, SamplingReader.Effort(form, "reasoning_effort")),
                Count = form.Count("n", 1, MostChoices) ?? 1,
                MaxTokens = MaxTokens(form),
                TopLogProbabilities = LogProbabilities(form),
                Schema = tools.Schema ?? format,
            },
            tools,
            streams,
            StreamOptions(form, streams));
    }

    static int? MaxTokens(JsonForm form)
    {
        int? most = form.Count("max_completion_tokens", 1, MostTokens), deprecated = form.Count("max_tokens", 1, MostTokens);
        if (most is not null && deprecated is not null && most != deprecated)
        {
            form.Wrong("max_tokens", $"max_tokens is {deprecated} and max_completion_tokens {most}; keep one.");
        }

        return most ?? deprecated;
    }

    static int? LogProbabilities(JsonForm form)
    {
        bool wanted = form.Flag("logprobs") ?? false;
        int? top = form.Count("top_logprobs", 0, 20);
        if (top > 0 && !wanted)
        {
            form.Wrong("top_logprobs", $"top_logprobs is {top}, but logprobs is not true.");
        }

        return wanted ? top ?? 0 : null;
    }

    /// <summary>Whether a stream ends with the numbers of tokens.</summary>
    public static bool StreamOptions(JsonForm form, bool streams)
    {
        bool usage = form.Object("stream_options", options =>
        {
            // Padding against whoever measures lengths on the wire; an answer without it is the same answer.
            options.Flag("include_obfuscation");
            return options.Flag("include_usage") ?? false;
        });
        if (form.Has("stream_options") && !streams)
        {
            form.Wrong("stream_options", "stream_options is given, but stream is not true.");
        }

        return usage;
    }

    /// <summary>What says nothing to the model is let through; what a user would miss is refused.</summary>
    static void RefuseOthers(JsonForm form)
    {
        Hints(form);
        form.Flag("store");
        foreach (var modality in form.Items("modalities", 8).Where(modality => modality.ToString() != "text"))
        {
            form.Wrong("modalities", $"modalities has '{modality}', but Hone's models write text only.");
        }

        form.Refuse("audio", "asks for audio, but Hone's models write text only");
        form.Refuse("functions", "is of the deprecated functions API; use tools");
        form.Refuse("function_call", "is of the deprecated functions API; use tool_choice");
        form.Refuse("moderation", "asks for a moderation model, but Hone has none");
        form.Refuse("prediction", "cannot be followed: Hone does not take predicted outputs; leave it out, the answer is the same");
        form.Refuse("web_search_options", "asks for a search of the web, but Hone reaches nothing outside");
        form.Choice("verbosity", "medium");
    }

    /// <summary>Keys that OpenAI uses for its own accounting, routing and caches.</summary>
    public static void Hints(JsonForm form)
    {
        form.Text("user");
        form.Text("safety_identifier");
        form.Text("prompt_cache_key");
        form.Ignore("prompt_cache_retention", "prompt_cache_options");
        form.Metadata("metadata");
        form.Choice("service_tier", "auto", "default");
    }
}
