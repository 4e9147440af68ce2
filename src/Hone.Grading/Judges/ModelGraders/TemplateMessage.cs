using Hone.Grading.OpenAi;

namespace Hone.Grading.Judges.ModelGraders;

/// <summary>One message of OpenAI's graders that ask a model: a role, and templates whose texts follow one another.</summary>
sealed record TemplateMessage(string Role, IReadOnlyList<ItemTemplate> Parts)
{
    const string Such = """{"role":"user","content":"{{sample.output_text}}"}""", TextSuch = "a text such as {{sample.output_text}}";

    /// <summary>The messages below <c>input</c>; null where there are problems.</summary>
    public static IReadOnlyList<TemplateMessage>? ReadAll(GraderForm form) => form.List("input", Such, Read);

    static TemplateMessage? Read(GraderForm form)
    {
        form.Choice("type", "message", ("message", ""));
        string role = form.Choice("role", "user", ("user", ""), ("system", ""), ("developer", ""), ("assistant", ""));
        return ReadParts(form) is { } parts ? new(role == "developer" ? "system" : role, parts) : null;
    }

    static IReadOnlyList<ItemTemplate>? ReadParts(GraderForm form) => form.Any("content")?.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Object => form.Object("content", """{"type":"input_text","text":"…"}""", Part) is { } part ? [part] : null,
        System.Text.Json.JsonValueKind.Array => form.List("content", """{"type":"input_text","text":"…"}""", Part),
        _ => ItemTemplate.Read(form, "content", TextSuch) is { } text ? [text] : null,
    };

    static ItemTemplate? Part(GraderForm form)
    {
        form.Choice("type", "input_text", ("input_text", ""), ("output_text", ""), ("text", ""));
        return ItemTemplate.Read(form, "text", TextSuch);
    }

    /// <returns>Null, with the error, where a name is not there.</returns>
    public GradingMessage? Render(GraderValues values, out TemplateError? error)
    {
        error = null;
        string text = "";
        foreach (var part in Parts)
        {
            if (part.Render(values, out error) is not { } rendered)
            {
                return null;
            }

            text += rendered;
        }

        return new(Role, Fence.Harmless(text));
    }
}
