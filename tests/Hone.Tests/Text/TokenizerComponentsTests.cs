using System.Text.Json;
using Hone.Text;

namespace Hone.Tests.Text;

public class TokenizerComponentsTests
{
    [Theory]
    [InlineData("""{"type": "Strip", "strip_left": true, "strip_right": false}""", " a ", "a ")]
    [InlineData("""{"type": "StripAccents"}""", "e\u0301\u0301x", "ex")]
    [InlineData("""{"type": "Nmt"}""", "a\u0001\tb\u200bc", "a b c")]
    [InlineData("""{"type": "ByteLevel"}""", " é", "ĠÃ©")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": "a+$"}, "content": "-"}""", "aba\nbaa", "ab-\nb-")]
    [InlineData("""{"type": "NFC"}""", "xé\u0323e\u0301 가\u11a8 ﬁ", "xẹ\u0301é 각 ﬁ")]
    [InlineData("""{"type": "NFKD"}""", "xé가ﬁ①", "xe\u0301\u1100\u1161fi1")]
    public void Normalizers_rewrite(string normalizer, string text, string expected) =>
        Assert.Equal(expected, TokenizerComponents.Normalize(Json(normalizer), text));

    // Rules for: ﬁ, tab, ①, e + accent, U+200B (to nothing), Ａ, ga, CR, №, half-width ga, ab.
    [Theory]
    [InlineData("ﬁx①", "fix1")]
    [InlineData("e\u0301e", "ée")]
    [InlineData("a\u200bb", "ab")]
    [InlineData("ab", "ab")]
    [InlineData("\r\nx", " x")]
    [InlineData("\r\u0301", " \u0301")]
    public void Precompiled_rules_replace_graphemes_and_then_characters(string text, string expected)
    {
        string rules = File.ReadAllText(GoldenRows.Material("tokenizers/charsmap.txt")).Trim();

        Assert.Equal(expected, TokenizerComponents.Normalize(Json($$"""{"type": "Precompiled", "precompiled_charsmap": "{{rules}}"}"""), text));
    }

    [Theory]
    [InlineData("first", "a b", "▁a ▁b")]
    [InlineData("never", "a b", "a ▁b")]
    [InlineData("always", " a", "▁a")]
    public void Metaspace_puts_a_space_in_front_as_its_scheme_says(string scheme, string text, string expected) =>
        Assert.Equal(expected, Pieces($$"""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{scheme}}"}""", text));

    [Theory]
    [InlineData("true", "▁a ▁b")]
    [InlineData("false", "a ▁b")]
    public void Metaspace_reads_its_older_settings(string addsSpace, string expected) =>
        Assert.Equal(expected, Pieces($$"""{"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": {{addsSpace}}}""", "a b"));

    [Theory]
    [InlineData("Removed", "a b c")]
    [InlineData("Isolated", "a - - b - c")]
    [InlineData("MergedWithPrevious", "a- - b- c")]
    [InlineData("MergedWithNext", "a - -b -c")]
    [InlineData("Contiguous", "a -- b - c")]
    public void Split_does_with_matches_what_its_behavior_says(string behavior, string expected) =>
        Assert.Equal(expected, Pieces($$"""{"type": "Split", "pattern": {"String": "-"}, "behavior": "{{behavior}}", "invert": false}""", "a--b-c"));

    [Theory]
    [InlineData(1, 0, "  a  ", " a  ")]
    [InlineData(3, 1, "  a  ", "a ")]
    [InlineData(1, 2, "   ", "")]
    public void Strip_takes_its_counts_from_the_fused_text(int start, int stop, string text, string expected)
    {
        string decoder = $$"""{"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": " ", "start": {{start}}, "stop": {{stop}}}]}""";

        Assert.Equal(expected, TokenizerComponents.Decode(Json(decoder), text.Select(c => c.ToString())));
    }

    static string Pieces(string preTokenizer, string text) => string.Join(' ', TokenizerComponents.Split(Json(preTokenizer), text));

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
