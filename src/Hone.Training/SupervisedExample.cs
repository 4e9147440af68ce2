using Hone.Text;
using Hone.Training.Data;

namespace Hone.Training;

/// <summary>A chat record in tokens, cut where the loss begins.</summary>
/// <param name="Prompt">Tokens before the first that is predicted under the loss.</param>
/// <param name="Rest">All further tokens.</param>
/// <param name="Trains">For each token of <paramref name="Rest"/>: the loss sees it.</param>
public sealed record SupervisedExample(int[] Prompt, int[] Rest, bool[] Trains)
{
    public int Length => Prompt.Length + Rest.Length;

    public int TrainedTokens => Trains.Count(trains => trains);

    /// <summary>
    /// Every assistant turn is encoded on its own, behind the prompt as sampling renders it: so the tokens that train are those that
    /// the sampler would write.
    /// </summary>
    /// <exception cref="ChatTemplateException">The template does not render the turns one after another.</exception>
    public static SupervisedExample Encode(LanguageModel model, SupervisedRecord record, bool maskPrompt)
    {
        List<int> tokens = [];
        List<bool> trains = [];
        ChatMessage[] messages = [.. record.Messages.Select(turn => new ChatMessage(turn.Role, turn.Content))];
        string rendered = "";
        for (int i = 0; i < messages.Length; i++)
        {
            if (messages[i].Role == "assistant")
            {
                rendered = Append(model, record, model.Template.Render(messages[..i], addGenerationPrompt: true), rendered, false, tokens, trains);
                rendered = Append(model, record, model.Template.Render(messages[..(i + 1)], addGenerationPrompt: false), rendered, true, tokens, trains);
            }
        }

        int first = maskPrompt ? trains.IndexOf(true) : 1;
        first = Math.Max(1, first);
        return new([.. tokens[..first]], [.. tokens[first..]], [.. trains[first..].Select(trained => trained || !maskPrompt)]);
    }

    static string Append(
        LanguageModel model, SupervisedRecord record, string text, string before, bool trained, List<int> tokens, List<bool> trains)
    {
        if (!text.StartsWith(before, StringComparison.Ordinal))
        {
            throw new ChatTemplateException($"record {record.Id}: the chat template renders a longer conversation differently from a shorter one, "
                + "so that an assistant's turn has no place of its own; train on records with one answer.");
        }

        int[] added = model.Tokenizer.Encode(text[before.Length..]);
        tokens.AddRange(added);
        trains.AddRange(added.Select(_ => trained));
        return text;
    }
}
