namespace Hone.Tests.Grading.Rules;

public class TagsGraderTests
{
    const string Default = """{"kind":"tags"}""";

    [Theory]
    [InlineData("<think>a</think><answer>b</answer>", 1)]
    [InlineData("\n<think>a\n</think>\n\n<answer>b</answer>\n", 1)]
    [InlineData("<think>a</think><answer>b</answer> done", 0)]
    [InlineData("Well, <think>a</think><answer>b</answer>", 0)]
    [InlineData("<think>a</think> so <answer>b</answer>", 0)]
    [InlineData("<answer>b</answer><think>a</think>", 0)]
    [InlineData("<think>a<answer>b</answer></think>", 0)]
    [InlineData("<think>a</think><answer>b</answer><answer>c</answer>", 0)]
    [InlineData("<think>a <think>b</think><answer>c</answer>", 0)]
    [InlineData("<think>a</think><answer><answer>b</answer></answer>", 0)]
    [InlineData("<think></think><answer>b</answer>", 0)]
    [InlineData("<think>a</think><answer> </answer>", 0)]
    [InlineData("<think>a</think><answer>b", 0)]
    [InlineData("<THINK>a</THINK><answer>b</answer>", 0)]
    [InlineData("<think >a</think ><answer>b</answer>", 0)]
    [InlineData("＜think＞a＜/think＞＜answer＞b＜/answer＞", 0)]
    [InlineData("</think><think></answer><answer>", 0)]
    [InlineData("", 0)]
    public async Task The_tags_stand_in_order_once_each_with_nothing_outside(string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(Default, completion)).Score);

    [Theory]
    [InlineData("""{"kind":"tags","outside":true}""", "Well, <think>a</think> so <answer>b</answer>.", 1)]
    [InlineData("""{"kind":"tags","startsInside":true}""", "a</think><answer>b</answer>", 1)]
    [InlineData("""{"kind":"tags","startsInside":true}""", "<think>a</think><answer>b</answer>", 0)]
    [InlineData("""{"kind":"tags","tags":["sql"]}""", "<sql>select 1</sql>", 1)]
    [InlineData("""{"kind":"tags","partial":true}""", "<think>a</think><answer>b</answer>", 1)]
    [InlineData("""{"kind":"tags","partial":true}""", "<think>a</think><answer>b", 4 / 7.0)]
    [InlineData("""{"kind":"tags","partial":true}""", "<answer>b</answer><think>a</think>", 6 / 7.0)]
    [InlineData("""{"kind":"tags","partial":true}""", "<think><think><think>", 0)]
    [InlineData("""{"kind":"tags","partial":true}""", "", 0)]
    public async Task Options_loosen_the_form(string grader, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion)).Score!.Value, 12);

    [Theory]
    [InlineData("""{"kind":"tags","tags":["<think>"]}""", "grader.tags has \"<think>\", but needs names without brackets, such as think for <think>…</think>.")]
    [InlineData("""{"kind":"tags","tags":["a","a"]}""", "grader.tags names a tag twice, but each tag may occur once.")]
    public void A_problem_is_told(string json, string problem) => Assert.Equal([problem], RuleTables.Problems(json));
}
