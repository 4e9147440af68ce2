using Hone.Text;

namespace Hone.Tests.Text;

/// <summary>Templates that would hang, crash or fill the memory in ways other than plain loops.</summary>
public class HostileTemplateTests
{
    // Numbers and formats that .NET refuses, work that grows with the square of a text, memory that is kept.
    [Theory]
    [InlineData("{{ '-inf' | filesizeformat }}")]
    [InlineData("{{ '{:c}'.format(10 ** 20) }}")]
    [InlineData("{{ '{:c}'.format(55296) }}")]
    [InlineData("{{ '%*d' % (2147483647, 1) }}")]
    [InlineData("{{ '%.*f' % (2147483647, 1) }}")]
    [InlineData("{{ '%.*d' % (-1, 5) }}")]
    [InlineData("{{ (10 ** 400) | round(-2) }}")]
    [InlineData("{{ ('a ' * 4000000) | wordwrap(100000000) }}")]
    [InlineData("{{ ('a' * 8000000) | wordwrap(1) }}")]
    [InlineData("{{ dict.fromkeys(range(2 ** 60, 2 ** 60 + 100000)) | length }}")]
    [InlineData("{% set t = 'a|' ~ 'b' * 10 ** 7 %}{% set ns = namespace(l=[]) %}{% for i in range(4000) %}{% set ns.l = ns.l + [t.split('|')] %}{% endfor %}")]
    [InlineData("{% set t = ' ' ~ 'b' * 10 ** 7 %}{% set ns = namespace(l=[]) %}{% for i in range(4000) %}{% set ns.l = ns.l + [t.strip()] %}{% endfor %}")]
    public void Work_without_bounds_ends_with_a_sentence(string source) =>
        Assert.Contains("fails at line 1", Assert.Throws<ChatTemplateException>(() => Render(source)).Message);

    [Theory]
    [InlineData("{{ 0 ** 10 ** 30 }}{{ 1 ** 10 ** 30 }}{{ (-1) ** (10 ** 30) }}{{ (-1) ** (10 ** 30 + 1) }}", "011-1")]
    [InlineData("{{ 0 ** 0 }}{{ true ** 3 }}", "11")]
    [InlineData("{{ ('a ' * 1000000).rsplit() | length }}", "1000000")]
    [InlineData("{{ ('<' * 1000000) | striptags | length }}", "1000000")]
    [InlineData("{{ ('<!--' * 1000000) | striptags | length }}", "4000000")]
    [InlineData("{{ 'a<b>c<!-- d -->e</b>' | striptags }}", "ace")]
    [InlineData("{{ 'a b  c '.rsplit() }}{{ 'a b  c '.rsplit(none, 1) }}{{ 'a,b,c'.rsplit(',', 1) }}", "['a', 'b', 'c']['a b', 'c']['a,b', 'c']")]
    public void What_is_only_large_is_rendered(string source, string expected) => Assert.Equal(expected, Render(source));

    [Fact]
    public void A_refusal_without_words_is_told_with_its_place() =>
        Assert.Contains("at line 1, column ", Assert.Throws<ChatTemplateException>(() => Render("{{ raise_exception('') }}")).Message);

    // start, then each part again and again, the middle, its ends as often, and the end.
    [Theory]
    [InlineData("{% for ", "(", "a", ")", " in x %}{% endfor %}")]
    [InlineData("{{ ", "(", "x", ")", " }}")]
    [InlineData("{{ ", "[", "x", "]", " }}")]
    [InlineData("{{ x", "[x", "", "]", " }}")]
    [InlineData("{{ x | a", ".a", "", "", " }}")]
    [InlineData("{{ x", " | trim", "", "", " }}")]
    [InlineData("{{ x", ".a", "", "", " }}")]
    [InlineData("{{ x", " + x", "", "", " }}")]
    [InlineData("{{ ", "not ", "x.y", "", " }}")]
    [InlineData("{{ ", "- ", "x", "", " }}")]
    [InlineData("{{ ", "x if x else ", "x.y", "", " }}")]
    [InlineData("{% if x %}", "{% elif x %}", "", "", "{{ x.y }}{% endif %}")]
    [InlineData("", "{% macro m() %}", "", "{% endmacro %}", "{{ x.y }}")]
    [InlineData("", "{% if x %}", "", "{% endif %}", "{{ x.y }}")]
    public void Nesting_and_chains_without_end_are_told(string start, string part, string middle, string partEnd, string end)
    {
        int times = 1_500_000 / (part.Length + partEnd.Length);
        string Times(string one) => string.Concat(Enumerable.Repeat(one, times));

        Assert.Throws<ChatTemplateException>(() => Render(start + Times(part) + middle + Times(partEnd) + end));
    }

    static string Render(string source) =>
        new ChatTemplate(source, new Dictionary<string, string>()).Render([new ChatMessage("user", "hello")], addGenerationPrompt: true);
}
