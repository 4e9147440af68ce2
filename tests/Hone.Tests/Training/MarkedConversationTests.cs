using Hone.Tests.Text;
using Hone.Text;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Tests.Training;

public sealed class MarkedConversationTests
{
    const string Turns = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

    // As templates of models that think: only the last answer keeps its reasoning.
    const string Forgetful = "{% for m in messages %}<{{ m.role }}>{% if loop.last and m.reasoning_content %}({{ m.reasoning_content }}){% endif %}{{ m.content }}"
        + "</s>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

    static readonly SupervisedRecord _record = new(
        "r", [new("user", "1?"), Thought("one", "a"), new("user", "2?"), Thought("two", "b")], 1);

    [Fact]
    public void Assistant_turns_train_where_the_template_marks_nothing()
    {
        var marked = Assert.Single(MarkedConversation.Of(Template(Turns), _record, maskPrompt: true));

        Assert.Equal(["one</s>", "two</s>"], Trained(marked));
    }

    [Fact]
    public void A_template_that_marks_the_assistant_decides_what_trains()
    {
        string marking = Turns.Replace("{{ m.content }}", "{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}");

        Assert.Equal(["one", "two"], Trained(Assert.Single(MarkedConversation.Of(Template(marking), _record, maskPrompt: true))));
    }

    [Fact]
    public void Turns_that_are_written_differently_later_become_examples_of_their_own()
    {
        var turns = MarkedConversation.Of(Template(Forgetful), _record, maskPrompt: true);

        Assert.Equal(["<user>1?</s><assistant>(a)one</s>", "<user>1?</s><assistant>one</s><user>2?</s><assistant>(b)two</s>"], turns.Select(turn => turn.Text));
        Assert.Equal([["(a)one</s>"], ["(b)two</s>"]], turns.Select(Trained));
    }

    [Fact]
    public void An_answer_begins_where_it_parts_from_the_prompt()
    {
        var marked = Assert.Single(MarkedConversation.Of(
            Template(Turns.Replace("<assistant>{% endif %}", "<assistant><think>{% endif %}")), _record, maskPrompt: true));

        Assert.Equal(["one</s>", "two</s>"], Trained(marked));
    }

    [Fact]
    public void A_turn_without_a_place_is_an_error() => Assert.Throws<ChatTemplateException>(() =>
        MarkedConversation.Of(Template("{{ messages | length }}" + Turns), _record, maskPrompt: true));

    [Fact]
    public void Every_token_trains_when_that_is_asked_for()
    {
        var marked = Assert.Single(MarkedConversation.Of(Template(Turns), _record, maskPrompt: false));

        Assert.Equal([marked.Text], Trained(marked));
    }

    [Fact]
    public void Tokens_of_the_assistant_train_and_are_those_of_the_whole_text()
    {
        var tokenizer = Tokenizer.Load(GoldenRows.Material("tokenizers/bytelevel-deepseek-coder"));
        var marked = Assert.Single(MarkedConversation.Of(Template(Turns), _record, maskPrompt: true));

        var (tokens, trains) = marked.Encode(tokenizer);

        Assert.Equal(tokenizer.Encode(marked.Text), tokens);
        Assert.Equal("one</s>two</s>", tokenizer.Decode([.. tokens.Where((_, i) => trains[i])]));
    }

    static ChatTurn Thought(string content, string reasoning) => new("assistant", content)
    {
        Written = System.Text.Json.JsonSerializer.SerializeToElement(new { role = "assistant", content, reasoning_content = reasoning }),
    };

    static IEnumerable<string> Trained(MarkedConversation marked) => marked.Spans.Select(span => marked.Text[span.Start..span.End]);

    static ChatTemplate Template(string source) => new(source, new Dictionary<string, string>());
}
