using Hone.Text;

namespace Hone.Training.Data.Findings;

/// <summary>Lengths of prompts and answers in tokens.</summary>
public sealed class PromptMeasure(Tokenizer tokenizer, ChatTemplate template, string? reasoningEffort)
{
    /// <summary>As the model reads it, up to where its answer begins.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the prompt.</exception>
    public int Prompt(PromptRecord record) => tokenizer.Encode(template.Render(
        [.. record.Messages.Select(turn => turn.Message)], record.Inputs.Request(addGenerationPrompt: true, reasoningEffort))).Length;

    public int Answer(string text) => tokenizer.Encode(text).Length;
}
