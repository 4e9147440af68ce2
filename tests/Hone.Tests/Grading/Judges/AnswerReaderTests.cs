using Hone.Grading.Judges;

namespace Hone.Tests.Grading.Judges;

public class AnswerReaderTests
{
    static readonly AnswerForm _form = new([new("a", ["no", "partly", "yes"]), new("b", null, 0, 10)], Reasons: true);

    [Theory]
    [InlineData("""{"a":{"reason":"r","verdict":"partly"},"b":{"reason":"r","verdict":7.5}}""", 0.5, 7.5)]
    [InlineData("""{"a":"YES","b":"3"}""", 1, 3)]
    [InlineData("""{"a":true,"b":0}""", 1, 0)]
    [InlineData("""Sure! ```json {"a":"no","b":10} ``` Done.""", 0, 10)]
    [InlineData("""<think>{"a":"yes","b":1}</think>{"a":"no","b":2}""", 0, 2)]
    [InlineData("""The answer says {"a":"yes","b":10}, but: {"a":"no","b":0}""", 0, 0)]
    [InlineData("""Braces { in prose { "a": } and then {"a":"no","b":1,}""", 0, 1)]
    [InlineData("""{"a":{"reason":"he wrote \"}{\" there","verdict":"no"},"b":1}""", 0, 1)]
    public void Verdicts_are_found(string text, double a, double b)
    {
        var (verdicts, problem) = AnswerReader.Read(_form, text);

        Assert.Null(problem);
        Assert.Equal([a, b], verdicts!.Select(verdict => verdict.Value));
    }

    [Theory]
    [InlineData("", "no JSON object")]
    [InlineData("yes", "no JSON object")]
    [InlineData("[\"yes\",3]", "no JSON object")]
    [InlineData("""{"a":"yes"}""", "\"b\" is missing")]
    [InlineData("""{"a":"yes","b":11}""", "from 0 to 10")]
    [InlineData("""{"a":"yes","b":NaN}""", "no JSON object")]
    [InlineData("""{"a":"yes","b":"NaN"}""", "from 0 to 10")]
    [InlineData("""{"a":"yes","b":"Infinity"}""", "from 0 to 10")]
    [InlineData("""{"a":"maybe","b":1}""", "no or partly or yes")]
    [InlineData("""{"a":["yes"],"b":1}""", "no or partly or yes")]
    [InlineData("""{"a":{"reason":"r"},"b":1}""", "has no \"verdict\"")]
    [InlineData("""{"a":"no","a":"yes","b":1}""", "no JSON object")]
    [InlineData("""{"a":{"reason":"cut of""", "no JSON object")]
    [InlineData("""{"a":"\ud800","b":1}""", "surrogate")]
    public void What_cannot_be_read_is_said(string text, string problem) =>
        Assert.Contains(problem, AnswerReader.Read(_form, text).Problem);

    [Fact]
    public void A_verdict_behind_many_formulas_is_found() =>
        Assert.Null(AnswerReader.Read(_form, string.Concat(Enumerable.Repeat(@"\frac{1}{2} ", 200)) + """{"a":"no","b":1}""").Problem);

    [Theory]
    [InlineData("8", 0.8)]
    [InlineData("8.0", 0.8)]
    [InlineData("1e1", 1)]
    public void A_choice_that_is_a_number_is_taken_however_it_is_written(string given, double value)
    {
        var points = new AnswerForm([new("A", [.. Enumerable.Range(0, 11).Select(point => $"{point}")])], Reasons: false);

        Assert.Equal(value, AnswerReader.Read(points, $"{{\"A\":{given}}}").Verdicts![0].Value);
        Assert.NotNull(AnswerReader.Read(points, "{\"A\":7.5}").Problem);
    }

    [Fact]
    public void Truth_is_a_choice_of_its_own_where_there_is_one() =>
        Assert.Equal("true", AnswerReader.Read(new([new("a", ["false", "true"])], Reasons: false), """{"a":true}""").Verdicts![0].Choice);

    [Fact]
    public void Half_a_million_braces_are_read_at_once() =>
        Assert.NotNull(AnswerReader.Read(_form, new string('{', 500_000)).Problem);
}
