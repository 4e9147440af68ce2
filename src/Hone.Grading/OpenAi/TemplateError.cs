namespace Hone.Grading.OpenAi;

/// <summary>Why a template gives no text, by the names of OpenAI's error report.</summary>
enum TemplateErrorKind
{
    /// <summary><c>invalid_variable_error</c>: what the template names is not there.</summary>
    InvalidVariable,

    /// <summary><c>sample_parse_error</c>: the completion is not the JSON, or not the tool calls, that the template reads.</summary>
    SampleParse,
}

/// <param name="IsOfCompletion">The completion lacks it: a bad answer. Else the record does, which no answer could make good.</param>
sealed record TemplateError(TemplateErrorKind Kind, bool IsOfCompletion, string Sentence)
{
    public string Name => NameOf(Kind);

    public static string NameOf(TemplateErrorKind kind) => kind == TemplateErrorKind.SampleParse ? "sample_parse_error" : "invalid_variable_error";
}
