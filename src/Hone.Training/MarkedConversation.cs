using Hone.Text;
using Hone.Training.Data;

namespace Hone.Training;

/// <summary>A rendered conversation and which parts of it the loss sees.</summary>
/// <param name="Text">What the model reads.</param>
/// <param name="Spans">The parts that train, in order and apart from each other: from, up to, in UTF-16 units of the text.</param>
sealed record MarkedConversation(string Text, IReadOnlyList<(int Start, int End)> Spans)
{
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or the place of a turn cannot be told.</exception>
    public static IReadOnlyList<MarkedConversation> Of(ChatTemplate template, SupervisedRecord record, bool maskPrompt)
    {
        ChatMessage[] messages = [.. record.Messages.Select(turn => turn.Message)];
        if (!maskPrompt)
        {
            string text = template.Render(messages, record.Inputs.Request(addGenerationPrompt: false));
            return [new(text, [(0, text.Length)])];
        }

        return template.MarksAssistant
            ? [Marked(template.RenderMarked(messages, record.Inputs.Request(addGenerationPrompt: false)))]
            : ByPrefixes(template, record, messages);
    }

    static MarkedConversation Marked(RenderedChat rendered) =>
        new(rendered.Text, [.. rendered.AssistantSpans.Where(span => span.End > span.Start).Order()]);

    // A turn is what the conversation up to it has more than the prompt for it.
    static List<MarkedConversation> ByPrefixes(ChatTemplate template, SupervisedRecord record, ChatMessage[] messages)
    {
        List<MarkedConversation> turns = [];
        for (int i = 0; i < messages.Length; i++)
        {
            if (messages[i].Role == "assistant")
            {
                turns.Add(Turn(template, record, messages, i));
            }
        }

        bool grows = Enumerable.Range(1, Math.Max(0, turns.Count - 1)).All(i =>
            turns[i].Text.StartsWith(turns[i - 1].Text, StringComparison.Ordinal) && turns[i].Spans[0].Start >= turns[i - 1].Text.Length);
        return !grows || turns.Count == 0 ? turns : [new(turns[^1].Text, [.. turns.Select(turn => turn.Spans[0])])];
    }

    static MarkedConversation Turn(ChatTemplate template, SupervisedRecord record, ChatMessage[] messages, int i)
    {
        string whole = template.Render(messages[..(i + 1)], record.Inputs.Request(addGenerationPrompt: false));
        string prompt = template.Render(messages[..i], record.Inputs.Request(addGenerationPrompt: true));
        int start = prompt.AsSpan().CommonPrefixLength(whole);
        if (start < prompt.Length)
        {
            // The prompt may open the answer in another way than it is written afterwards, with <think> say. Where they part, the answer begins.
            string before = template.Render(messages[..i], record.Inputs.Request(addGenerationPrompt: false));
            if (start < before.Length)
            {
                throw new ChatTemplateException(
                    $"the chat template writes the turns before message {i + 1} differently once that one follows, so that its place is not known; "
                    + "give a template that marks the assistant's text with {% generation %} (--template FILE.jinja), or train on all tokens (--all-tokens).");
            }
        }

        return new(whole, [(start, whole.Length)]);
    }

    /// <summary>The text in tokens, and for each whether the loss sees it. A token that stands across the beginning or end of a part belongs to it.</summary>
    public (int[] Tokens, bool[] Trains) Encode(Tokenizer tokenizer)
    {
        int[] tokens = tokenizer.Encode(Text);
        bool[] trains = new bool[tokens.Length];
        int[] edges = Edges(tokenizer, tokens);
        for (int i = 0; i < Spans.Count; i++)
        {
            trains.AsSpan(edges[2 * i], Math.Max(0, edges[2 * i + 1] - edges[2 * i])).Fill(true);
        }

        return (tokens, trains);
    }

    // Mostly the pieces between the edges have the tokens of the whole, as special tokens stand there.
    int[] Edges(Tokenizer tokenizer, int[] tokens)
    {
        int[] places = [.. Spans.SelectMany(span => new[] { span.Start, span.End })];
        int[] edges = new int[places.Length];
        List<int> pieces = new(tokens.Length);
        int from = 0;
        for (int i = 0; i < places.Length; i++)
        {
            pieces.AddRange(tokenizer.Encode(Text[from..places[i]]));
            edges[i] = pieces.Count;
            from = places[i];
        }

        pieces.AddRange(tokenizer.Encode(Text[from..]));
        if (!pieces.SequenceEqual(tokens))
        {
            for (int i = 0; i < places.Length; i++)
            {
                edges[i] = i % 2 == 0 ? StartAt(tokenizer, tokens, places[i]) : EndAt(tokenizer, tokens, places[i]);
            }
        }

        return edges;
    }

    // The tokens that the text before the place and the whole have in common end before it.
    int StartAt(Tokenizer tokenizer, int[] tokens, int place) =>
        tokens.AsSpan().CommonPrefixLength(tokenizer.Encode(Text[..place]));

    int EndAt(Tokenizer tokenizer, int[] tokens, int place)
    {
        int[] before = tokenizer.Encode(Text[..place]);
        int common = tokens.AsSpan().CommonPrefixLength(before);
        if (common == before.Length)
        {
            return common;
        }

        int[] after = tokenizer.Encode(Text[place..]);
        int same = 0;
        while (same < after.Length && same < tokens.Length - common && after[^(same + 1)] == tokens[^(same + 1)])
        {
            same++;
        }

        return tokens.Length - same;
    }
}
