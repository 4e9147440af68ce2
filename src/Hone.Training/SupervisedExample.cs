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
    /// The record's text as the model reads it, and the assistant's tokens in it. One example, or one for each assistant turn where the
    /// template writes a turn differently once others follow (it drops earlier reasoning, say): each is then trained on as it was sampled.
    /// </summary>
    /// <param name="model">Its template and tokenizer.</param>
    /// <param name="record">A conversation.</param>
    /// <param name="maskPrompt">The loss sees the assistant's turns only; else every token but the first.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or the place of a turn cannot be told.</exception>
    public static IReadOnlyList<SupervisedExample> Encode(LanguageModel model, SupervisedRecord record, bool maskPrompt)
    {
        try
        {
            return [.. MarkedConversation.Of(model.Template, record, maskPrompt).Select(marked => Encode(model.Tokenizer, marked))];
        }
        catch (ChatTemplateException problem)
        {
            throw new ChatTemplateException($"record {record.Id}: {problem.Message}", problem.Line, problem.Column, problem);
        }
    }

    static SupervisedExample Encode(Tokenizer tokenizer, MarkedConversation marked)
    {
        var (tokens, trains) = marked.Encode(tokenizer);
        int first = Array.IndexOf(trains, true, Math.Min(1, trains.Length));
        first = first < 0 ? Math.Min(1, trains.Length) : first;
        return new(tokens[..first], tokens[first..], trains[first..]);
    }
}
