using System.Text.Json;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.Chat;

/// <summary>Reads a content: a text, or parts of text.</summary>
static class ContentReader
{
    const int MostParts = 10_000;

    static readonly string[] _texts = ["text", "input_text", "output_text", "refusal"];

    public static string Text(JsonForm form, string key, bool isRequired)
    {
        if (isRequired)
        {
            form.Require(key, "a text, or a list of parts such as {\"type\":\"text\",\"text\":\"…\"}");
        }

        return form.Any(key) switch
        {
            null => "",
            { ValueKind: JsonValueKind.Array } => string.Concat(form.List(key, MostParts, Part)),
            _ => form.Text(key) ?? "",
        };
    }

    static string? Part(JsonForm form)
    {
        form.Require("type", "'text'");
        string? type = form.Text("type");
        if (type is not null && !_texts.Contains(type))
        {
            form.Ignore([.. form.Json.EnumerateObject().Select(member => member.Name)]);
            form.Wrong("type", $"{form.At("type")} is '{type}', but Hone's models read text only.");
            return null;
        }

        form.Ignore("annotations", "logprobs");
        return type == "refusal" ? form.RequiredText("refusal", "a text") : form.RequiredText("text", "a text");
    }
}
