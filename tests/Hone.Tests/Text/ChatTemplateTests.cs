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
    public void A_hostile_template_ends_with_a_sentence(string source) =>
        Assert.Throws<ChatTemplateException>(() => Template(source).Render(_question, false));

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

    static ChatTemplate Template(string source) => new(source, new Dictionary<string, string>());
}
