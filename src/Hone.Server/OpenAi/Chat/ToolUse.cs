using System.Text.Json.Nodes;

namespace Hone.Server.OpenAi.Chat;

/// <summary>How the model is to write a call.</summary>
enum CallForm
{
    /// <summary>As its family does, or not at all.</summary>
    Free,

    /// <summary>The answer is the arguments of one certain function and nothing else.</summary>
    Arguments,

    /// <summary>The answer is <c>{"name":…,"arguments":…}</c> and nothing else.</summary>
    Call,

    /// <summary>The answer is such a call, or JSON of the form that was asked for.</summary>
    CallOrAnswer,
}

/// <summary>The functions that an answer may call.</summary>
/// <param name="Shown">What the chat template gets, in OpenAI's form; null: no functions.</param>
/// <param name="Names">Of the functions that may be called; the first is the one of <see cref="CallForm.Arguments"/>.</param>
/// <param name="Several">More than one call in an answer.</param>
sealed record ToolUse(JsonArray? Shown, IReadOnlyList<string> Names, CallForm Form, bool Several)
{
    public static ToolUse None { get; } = new(null, [], CallForm.Free, Several: false);

    /// <summary>What the answer has to fit so that it is what <see cref="Form"/> says; null: anything.</summary>
    public JsonNode? Schema { get; init; }
}
