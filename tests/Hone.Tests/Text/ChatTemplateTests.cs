using System.Text.Json;
using Hone.Text;

namespace Hone.Tests.Text;

public sealed class ChatTemplateTests : IDisposable
{
    const string ChatMl =
        "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    static readonly ChatMessage[] _question = [new("system", "Be brief."), new("user", "2 + 2?")];

    readonly string _folder = Directory.CreateTempSubdirectory("model").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_conversation_is_rendered_with_the_prompt_for_the_answer() => Assert.Equal(
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n2 + 2?<|im_end|>\n<|im_start|>assistant\n",
        Template(ChatMl).Render(_question, addGenerationPrompt: true));

    [Fact]
    public void Special_tokens_and_extra_variables_are_in_sight()
    {
        var template = new ChatTemplate("{{ bos_token }}{{ effort }}{{ eos_token }}|", new Dictionary<string, string> { ["bos_token"] = "<s>" });

        Assert.Equal("<s>high|", template.Render(_question, false, new Dictionary<string, object?> { ["effort"] = "high" }));
    }

    [Fact]
    public void A_template_refuses_a_conversation_in_its_own_words() => Assert.Equal(
        "Roles must alternate!",
        Assert.Throws<ChatTemplateException>(() => Template("{{ raise_exception('Roles must alternate!') }}").Render(_question, false)).Message);

    [Theory]
    [InlineData("a\n{{ nothing.at.all }}", 2, 11, "'nothing' is undefined")]
    [InlineData("{% if x %}", 1, 11, "'endif'")]
    [InlineData("\n\n {{ x | nope }}", 3, 9, "no filter 'nope'")]
    [InlineData("{{ 'open }}", 1, 12, "a string is not closed")]
    [InlineData("{% for m in messages %}{{ m.content + 1 }}{% endfor %}", 1, 37, "a string and a whole number")]
    public void A_fault_names_line_and_column(string source, int line, int column, string said)
    {
        var problem = Assert.Throws<ChatTemplateException>(() => Template(source).Render(_question, false));

        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (problem.Line, problem.Column));
        Assert.Contains($"line {line}, column {column}", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% set ns = namespace(t='x') %}{% for i in range(90) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}")]
    [InlineData("{{ 'x' * 10 ** 12 }}")]
    [InlineData("{{ 9 ** 9 ** 9 ** 9 ** 9 ** 9 }}")]
    [InlineData("{{ range(1000000) }}")]
    [InlineData("{{ range(10 ** 9) }}")]
    [InlineData("{% set ns = namespace(t=[1]) %}{% for i in range(90) %}{% set ns.t = ns.t + ns.t %}{% endfor %}")]
    [InlineData("{% set ns = namespace(t=[1]) %}{% for i in range(90) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t | tojson }}")]
    [InlineData("{% set ns = namespace(t=[1], u=[1]) %}{% for i in range(99999) %}{% set ns.t = [ns.t] %}{% set ns.u = [ns.u] %}{% endfor %}{{ ns.t == ns.u }}")]
    [InlineData("{% set a = 'x' * 10 ** 7 %}{{ a.replace('x', a) }}")]
    [InlineData("{% set a = 'x' * 10 ** 7 %}{{ ([a] * 10000) | join }}")]
    [InlineData("{{ [1] | batch(10 ** 9, 0) | list }}")]
    [InlineData("{{ '{:1000000000}'.format('a') }}")]
    [InlineData("{{ 'a'.ljust(10 ** 12) }}")]
    [InlineData("{% block a %}{{ self.a() }}{% endblock %}")]
    [InlineData("{{ xs.append(1) }}")]
    [InlineData("{{ ('a' * 10 ** 6 ~ 'b' ~ 'a' * 10 ** 6) in 'a' * 10 ** 7 }}")]
    [InlineData("{% include 'other' %}")]
    public void A_hostile_template_ends_with_a_sentence(string source) =>
        Assert.Throws<ChatTemplateException>(() => Template(source).Render(_question, false));

    [Fact]
    public void A_long_loop_of_jumps_is_quick_enough_to_end() => Assert.Equal(
        "done", Template("{% for i in range(99999) %}{% continue %}{% endfor %}done").Render(_question, false));

    [Fact]
    public void Deep_brackets_end_with_a_sentence()
    {
        string source = "{{ " + new string('(', 200_000) + "1" + new string(')', 200_000) + " }}";

        Assert.Throws<ChatTemplateException>(() => Template(source));
    }

    [Fact]
    public void The_clock_can_be_fixed() => Assert.Equal("05 Jan 2026",
        new ChatTemplate("{{ strftime_now('%d %b %Y') }}", new Dictionary<string, string>()) { Clock = new(2026, 1, 5) }.Render(_question, false));

    [Fact]
    public void A_conversation_without_messages_is_refused() =>
        Assert.Throws<ChatTemplateException>(() => Template(ChatMl).Render([], false));

    [Theory]
    [InlineData("""{"chat_template": "{{ eos_token }}", "eos_token": "</s>"}""")]
    [InlineData("""{"chat_template": [{"name": "tool_use", "template": "no"}, {"name": "default", "template": "{{ eos_token }}"}], "eos_token": {"content": "</s>"}}""")]
    public void A_template_is_read_from_the_configuration(string configuration)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), configuration);

        Assert.Equal("</s>", ChatTemplate.Load(_folder).Render(_question, false));
    }

    [Fact]
    public void A_template_file_wins_over_the_configuration()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), """{"chat_template": "old", "eos_token": "</s>"}""");
        File.WriteAllText(Path.Combine(_folder, "chat_template.jinja"), "new {{ eos_token }}");

        Assert.Equal("new </s>", ChatTemplate.Load(_folder).Render(_question, false));
    }

    [Fact]
    public void A_model_without_a_template_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), "{}");

        Assert.Contains(_folder, Assert.Throws<ChatTemplateException>(() => ChatTemplate.Load(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_template_of_a_trained_tokenizer_loads()
    {
        var settings = new TokenizerTrainingSettings { EosToken = "<|im_end|>", PadToken = "<|endoftext|>", ChatTemplate = ChatMl };
        TokenizerTrainer.Train(["some text"], settings, _folder);

        Assert.StartsWith("<|im_start|>system\n", ChatTemplate.Load(_folder).Render(_question, false), StringComparison.Ordinal);
        using var configuration = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "tokenizer_config.json")));
        Assert.Equal("<|im_end|>", configuration.RootElement.GetProperty("eos_token").GetString());
    }

    [Theory]
    [InlineData("{% for i in [1, 2, 3] %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% else %}none{% endfor %}", "1")]
    [InlineData("{% for i in [1, 2] %}{% set x %}a{% if i == 1 %}{% continue %}{% endif %}{% endset %}{{ i }}{% endfor %}", "2")]
    [InlineData("{% for x in [1, 1, 2] %}{% if loop.changed(x) %}{{ x }}{% endif %}{% endfor %}", "12")]
    [InlineData("{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=4) }}", "1(2,){'x': 4}")]
    [InlineData("{% macro m() %}[{{ caller(7) }}]{% endmacro %}{% call(n) m() %}{{ n }}{% endcall %}", "[7]")]
    [InlineData("{% block x %}in{% endblock %}{{ self.x() }}", "inin")]
    [InlineData("{% autoescape true %}{{ '<' }}{{ '<' | safe }}{% endautoescape %}{{ '<' }}", "&lt;<<")]
    [InlineData("{{ '{:>5}|{:05d}|{:.2f}|{!r}'.format('b', 42, 1.5, 'q') }}", "    b|00042|1.50|'q'")]
    [InlineData("{{ '%(a)s|%5.1f|%x' % {'a': 1} if false else '%s|%5.1f|%x' % (1, 2.25, 255) }}", "1|  2.2|ff")]
    [InlineData("{{ [1, 2, 3] | slice(2) | list }} {{ 'a long line' | wordwrap(6) }}", "[[1, 2], [3]] a long\nline")]
    [InlineData("{% for g, items in [{'n': 'x'}, {'n': 'y'}, {'n': 'X'}] | groupby('n') %}{{ g }}{{ items | length }}{% endfor %}", "x2y1")]
    [InlineData("{{ ''.__class__ }}{{ x.__class__ }}{{ {}.__class__.__init__ }}", "")]
    [InlineData("{% if false %}{{ 1 | nope }}{% endif %}ok", "ok")]
    [InlineData("{{ 'ﬁ' | upper }} {{ 'ﬁx'.capitalize() }} {{ 'ΑΣ'.lower() }}", "FI Fix ας")]
    [InlineData("{{ strftime_now('%-d %B %Y, %H:%M, %j') }}", "5 January 2026, 09:07, 005")]
    public void A_feature_works_as_in_the_original_engine(string source, string expected) =>
        Assert.Equal(expected, new ChatTemplate(source, new Dictionary<string, string>()) { Clock = new(2026, 1, 5, 9, 7, 3) }.Render(_question, false));

    [Fact]
    public void Tools_documents_and_unknown_fields_of_a_message_reach_the_template()
    {
        using var json = JsonDocument.Parse("""{"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "f"}}], "mood": {"x": 1.0}}""");
        var request = new ChatRequest { Tools = [new Dictionary<string, object?> { ["name"] = "f" }], Documents = [new Dictionary<string, object?> { ["title"] = "t" }] };

        string text = Template("{{ messages[0] | tojson }}{{ messages[0].content is defined }}{{ tools | tojson }}{{ documents[0].title }}")
            .Render([ChatMessage.Read(json.RootElement)], request);

        Assert.Equal("""{"role": "assistant", "tool_calls": [{"function": {"name": "f"}}], "mood": {"x": 1.0}}False[{"name": "f"}]t""", text);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_message_is_told()
    {
        using var json = JsonDocument.Parse("""{"role": "user", "content": "a", "name": "\ud800"}""");

        Assert.Throws<ChatTemplateException>(() => Template(ChatMl).Render([ChatMessage.Read(json.RootElement)], false));
    }

    [Theory]
    [InlineData("{{ messages[-1].content }}<end>", "One, ", "One, ")]
    [InlineData("{{ messages[-1].content | trim }}<end>", "One, ", "One,")]
    public void The_last_message_can_be_left_open(string source, string content, string expected) => Assert.Equal(
        expected, Template(source).Render([new("user", "Count."), new("assistant", content)], new ChatRequest { ContinueField = "content" }));

    [Fact]
    public void A_message_that_the_template_hides_cannot_be_left_open() => Assert.Throws<ChatTemplateException>(() =>
        Template("{# content #}nothing").Render([new("assistant", "One")], new ChatRequest { ContinueField = "content" }));

    [Fact]
    public void Generation_blocks_give_the_assistants_places()
    {
        var rendered = Template("{% for m in messages %}{{ m.role }}:{% if m.role == 'assistant' %}{% generation %}{{ m.content }}.{% endgeneration %}{% else %}{{ m.content }}{% endif %} {% endfor %}")
            .RenderMarked([new("user", "😀?"), new("assistant", "yes"), new("assistant", "no")], new ChatRequest());

        Assert.Equal(["yes.", "no."], rendered.AssistantSpans.Select(span => rendered.Text[span.Start..span.End]));
    }

    [Fact]
    public void A_generation_block_inside_a_macro_has_no_place() => Assert.Throws<ChatTemplateException>(() =>
        Template("{% macro m() %}{% generation %}x{% endgeneration %}{% endmacro %}{{ m() }}").RenderMarked(_question, new ChatRequest()));

    [Fact]
    public void A_model_without_a_template_takes_one_by_name()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), """{"eos_token": "</s>", "bos_token": "<s>"}""");

        string offered = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Load(_folder)).Message;
        Assert.All(ChatTemplateCatalog.Names, name =>
        {
            Assert.Contains(name, offered, StringComparison.Ordinal);
            var template = ChatTemplate.Load(_folder, name);
            ChatMessage[] conversation = [.. _question, new("assistant", "4"), new("user", "3 + 3?"), new("assistant", "6")];
            var rendered = template.RenderMarked(conversation, new ChatRequest());
            Assert.Equal(["4", "6"], rendered.AssistantSpans.Select(span => rendered.Text[span.Start..span.End].Trim()[..1]));
            Assert.StartsWith(template.Render(conversation[..4], addGenerationPrompt: true), rendered.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void An_unknown_template_is_told_with_those_there_are()
    {
        string problem = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Load(_folder, "nope")).Message;

        Assert.Contains("'nope'", problem, StringComparison.Ordinal);
        Assert.Contains("chatml", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Named_templates_are_found_in_the_configuration_and_in_files()
    {
        File.WriteAllText(
            Path.Combine(_folder, "tokenizer_config.json"),
            """{"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]}""");
        Directory.CreateDirectory(Path.Combine(_folder, "additional_chat_templates"));
        File.WriteAllText(Path.Combine(_folder, "additional_chat_templates", "rag.jinja"), "documents");

        Assert.Equal("plain", ChatTemplate.Load(_folder).Render(_question, new ChatRequest()));
        Assert.Equal("tools", ChatTemplate.Load(_folder).Render(_question, new ChatRequest { Tools = [] }));
        Assert.Equal("documents", ChatTemplate.Load(_folder, "rag").Render(_question, new ChatRequest()));
    }

    [Fact]
    public void A_damaged_template_is_told_with_its_file_and_place()
    {
        File.WriteAllText(Path.Combine(_folder, "chat_template.jinja"), "a\n{{ b");

        var problem = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Load(_folder));

        Assert.Equal(2, problem.Line);
        Assert.Contains("chat_template.jinja", problem.Message, StringComparison.Ordinal);
    }

    static ChatTemplate Template(string source) => new(source, new Dictionary<string, string>());
}
