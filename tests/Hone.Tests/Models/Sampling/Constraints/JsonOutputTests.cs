using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Models.Generation;
using Hone.Models.Sampling.Constraints;
using Hone.Models.Serving;
using Hone.Tensors;

namespace Hone.Tests.Models.Sampling.Constraints;

public sealed class JsonOutputTests : IDisposable
{
    const int End = 299;

    // Every byte, words that begin and end in the middle of things, a token twice, and one that stands for no text.
    static readonly byte[]?[] _bytes =
    [
        .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }),
        .. new[] { "\":", "\",", "},", "true", "alse", "nul", "\": \"", "[{", "]}", "}]", "\"\"", "12", ".5", "ä\"", "ke", "\\u", "{\"", "\"}", "\"", "re" }
            .Select(Encoding.UTF8.GetBytes),
        .. new byte[]?[24],
    ];

    static readonly TokenTrie _vocabulary = new(_bytes);

    readonly Workers _workers = new(1);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Whatever_ends_by_itself_parses_and_is_what_its_schema_says()
    {
        using var decoder = RandomDecoder.Create(RandomDecoder.Config with { VocabularySize = End + 1, MaxPositions = 4096 }, _workers);
        using var generator = new ContinuousGenerator(decoder, () => new CpuDevice(_workers), 64, 64 << 20);
        List<(JsonObject Schema, List<int> Tokens, CompletionEnd[] End)> all = [];
        for (int seed = 0; seed < 120; seed++)
        {
            var schema = new RandomSchema(seed).Next();
            all.Add(Begin(generator, schema, (uint)seed));
        }

        while (generator.Step())
        {
        }

        var ended = all.Where(one => one.End[0] == CompletionEnd.EndToken).ToArray();
        Assert.True(ended.Length > 80, $"Only {ended.Length} ended by themselves.");
        Assert.All(ended, one => AssertHolds(one.Schema, Text(one.Tokens)));
    }

    [Fact]
    public void True_is_any_object_and_nothing_else()
    {
        using var decoder = RandomDecoder.Create(RandomDecoder.Config with { VocabularySize = End + 1, MaxPositions = 4096 }, _workers);
        using var generator = new ContinuousGenerator(decoder, () => new CpuDevice(_workers), 64, 64 << 20);
        var all = Enumerable.Range(0, 40).Select(seed => Begin(generator, JsonValue.Create(true), (uint)seed)).ToArray();
        while (generator.Step())
        {
        }

        var ended = all.Where(one => one.End[0] == CompletionEnd.EndToken).Select(one => Text(one.Tokens)).ToArray();
        Assert.True(ended.Length > 20);
        Assert.All(ended, text =>
        {
            using var document = JsonDocument.Parse(text);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        });
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", """{"a": "x\n\u00e4\ud83d\ude00é"}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", """{}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", """{"a":"\ud83d"}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{}},"required":["b"]}""", """{"b":[1,{"x":null}]}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{}},"required":["b"]}""", """{"a":-1.5e+3, "b":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{}},"required":["b"]}""", """{"a":1,}""", false)]
    [InlineData("""{"type":"object","properties":{},"additionalProperties":false}""", """{}""", true)]
    [InlineData("""{"type":"integer"}""", "-120", true)]
    [InlineData("""{"type":"integer"}""", "012", false)]
    [InlineData("""{"type":"integer"}""", "1.5", false)]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1,2,3]", true)]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1]", false)]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1,2,3,4]", false)]
    [InlineData("""{"enum":["a","ab"]}""", "\"ab\"", true)]
    [InlineData("""{"enum":["a","ab"]}""", "\"abc\"", false)]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"array","items":{"$ref":"#"}}]}""", "[[],[null]]", true)]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"array","items":{"$ref":"#"}}]}""", "[1]", false)]
    public void The_end_is_allowed_exactly_behind_a_whole_value(string schema, string text, bool holds)
    {
        Assert.Equal(holds, IsWhole(schema, text));
    }

    [Theory]
    [InlineData("""{"type":"string","pattern":"a+"}""", "'pattern'")]
    [InlineData("""{"type":"object","properties":{"n":{"type":"number","minimum":3}}}""", "#/properties/n has the keyword 'minimum'")]
    [InlineData("""{"oneOf":[{"type":"null"}]}""", "'oneOf'")]
    [InlineData("""{"anyOf":[{"type":"null"}],"properties":{}}""", "'properties' beside 'anyOf'")]
    [InlineData("""{"type":"objekt"}""", "needs to be one or several of object, array")]
    [InlineData("""{"type":"object","properties":{},"required":["x"]}""", "required names 'x'")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "'#/$defs/none'")]
    [InlineData("""{"$ref":"#"}""", "refers to itself")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"type":"null"}]}""", "refers to itself")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""", "no finite value")]
    [InlineData("""{"type":"array","minItems":3,"maxItems":2}""", "no value has both")]
    [InlineData("false", "needs to be a schema")]
    public void What_cannot_be_held_to_is_refused_by_name(string schema, string part)
    {
        var problem = Assert.Throws<SchemaException>(() => JsonOutput.For(JsonElement.Parse(schema), _vocabulary));

        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
    }

    // Each would take seconds, gigabytes or the stack of the process that answers for everybody.
    [Fact]
    public void A_schema_with_more_readings_than_can_be_counted_costs_little()
    {
        const string Array = "{'type':'array','items':{'$ref':'#/$defs/n0'},'maxItems':", Text = "{'type':'string'}";
        string twice = Definitions(60, next => $"{{'anyOf':[{{'$ref':'{next}'}},{{'$ref':'{next}'}}]}}");
        string levels = $"{{'$ref':'#/$defs/n0','$defs':{{'n0':{{'anyOf':[{Array}1}},{Array}2}},{Text}]}}}}}}".Replace('\'', '"');

        Assert.True(IsWhole(twice, "\"a\""));
        Assert.True(IsWhole(levels, new string('[', 30) + "\"a\"" + new string(']', 30)));
    }

    [Fact]
    public void A_schema_that_is_a_long_chain_is_refused()
    {
        string chain = Definitions(4000, next => $"{{'$ref':'{next}'}}");

        var problem = Assert.Throws<SchemaException>(() => JsonOutput.For(JsonElement.Parse(chain), _vocabulary));

        Assert.Contains("nested deeper than 250", problem.Message, StringComparison.Ordinal);
    }

    static bool IsWhole(string schema, string text)
    {
        var constraint = JsonOutput.For(JsonElement.Parse(schema), _vocabulary).Begin([End]);
        return Encoding.UTF8.GetBytes(text).All(value => Allows(constraint, value)) && IsAllowed(constraint, End);
    }

    // A schema at n0, which refers to n1, and so on; the last is text.
    static string Definitions(int count, Func<string, string> schema)
    {
        var definitions = Enumerable.Range(0, count).Select(i => $"'n{i}':{schema($"#/$defs/n{i + 1}")}");
        return $"{{'$ref':'#/$defs/n0','$defs':{{{string.Join(',', definitions)},'n{count}':{{'type':'string'}}}}}}".Replace('\'', '"');
    }

    [Fact]
    public void A_vocabulary_without_braces_is_told()
    {
        var problem = Assert.Throws<SchemaException>(() => JsonOutput.For(JsonElement.Parse("true"), new TokenTrie([[0x61], [0x62]])));

        Assert.Contains("vocabulary", problem.Message, StringComparison.Ordinal);
    }

    static (JsonObject Schema, List<int> Tokens, CompletionEnd[] End) Begin(ContinuousGenerator generator, JsonNode schema, uint number)
    {
        var output = JsonOutput.For(JsonSerializer.SerializeToElement(schema), _vocabulary);
        List<int> tokens = [];
        var end = new CompletionEnd[1];
        generator.Add(new ServedRequest
        {
            Prompt = [1, 2, 3],
            MaxTokens = 700,
            Key = new RandomKey(1, RandomPurpose.Completions, 0, number),
            EndTokens = [End],
            // A model of random weights hardly ever ends a text.
            LogitBias = "\"}]\\ ".ToDictionary(letter => (int)letter, letter => letter == '\\' ? -2f : 3.5f),
            Constraint = () => output.Begin([End]),
            OnToken = (_, token) =>
            {
                tokens.Add(token.Id);
                return false;
            },
            OnEnd = (_, why) => end[0] = why.Why,
            OnFailure = problem => throw new InvalidOperationException("failed", problem),
        });
        return (schema as JsonObject ?? [], tokens, end);
    }

    static string Text(List<int> tokens) => Encoding.UTF8.GetString([.. tokens.SelectMany(token => _bytes[token] ?? [])]);

    static void AssertHolds(JsonObject schema, string text) =>
        Assert.True(SchemaCheck.Holds(schema, schema, JsonNode.Parse(text)), $"{text}\nis not\n{schema.ToJsonString()}");

    static bool Allows(ITokenConstraint constraint, byte value)
    {
        bool allowed = IsAllowed(constraint, value);
        if (allowed)
        {
            constraint.Advance(value);
        }

        return allowed;
    }

    static bool IsAllowed(ITokenConstraint constraint, int token)
    {
        float[] logits = new float[End + 1];
        constraint.Mask(logits);
        return logits[token] == 0;
    }
}
