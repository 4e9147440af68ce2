using Hone.Grading;

namespace Hone.Tests.Grading.OpenAi;

public class TextSimilarityGraderTests
{
    public static TheoryData<string> Metrics =>
        ["fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l", "cosine"];

    [Theory, MemberData(nameof(Metrics))]
    public async Task Each_metric_gives_the_reference_1_and_nothing_0(string metric)
    {
        var grader = GraderSettings.Parse(
            $$$"""{"type":"text_similarity","name":"n","input":"{{sample.output_text}}","reference":"{{item.reference_answer}}","evaluation_metric":"{{{metric}}}"}""").Build();

        Assert.Equal(1, (await grader.GradeOne(ItemTemplateTests.Record("Ulm"))).Score);
        Assert.Equal(0, (await grader.GradeOne(ItemTemplateTests.Record(""))).Score);
        Assert.Equal(0, (await grader.GradeOne(ItemTemplateTests.Record("???"))).Score);
        Assert.Equal(0, (await grader.GradeOne(ItemTemplateTests.Record("{{}}\u202E\u200B"))).Score);
    }

    [Theory]
    [InlineData("Ulm", 1)]
    [InlineData("Ulk", 0)]
    public async Task The_threshold_is_watched_and_leaves_the_score(string completion, double passed)
    {
        var grade = await GraderSettings.Parse(
            """{"type":"text_similarity","name":"n","input":"{{sample.output_text}}","reference":"{{item.reference_answer}}","evaluation_metric":"fuzzy_match","pass_threshold":0.9}""")
            .Build().GradeOne(ItemTemplateTests.Record(completion));

        Assert.Equal(passed == 1 ? 1 : 2.0 / 3, grade.Score!.Value, 12);
        Assert.Equal(("passed", passed), (grade.Metrics[0].Name, grade.Metrics[0].Value));
    }

    [Fact]
    public async Task An_empty_reference_is_a_fault_of_the_record() =>
        Assert.Equal("other_error", (await GraderSettings.Parse(
            """{"type":"text_similarity","input":"{{sample.output_text}}","reference":"{{item.empty}}","evaluation_metric":"bleu"}""")
            .Build().GradeOne(ItemTemplateTests.Record("Ulm"))).Fault!.Boundary);

    [Theory]
    [InlineData("""{"type":"text_similarity","input":"a","reference":"b"}""", "grader.evaluation_metric is missing; it needs to be one of fuzzy_match, bleu, gleu, meteor, rouge_1, rouge_2, rouge_3, rouge_4, rouge_5, rouge_l, cosine.")]
    [InlineData("""{"type":"text_similarity","input":"a","reference":"b","evaluation_metric":"rouge","pass_threshold":2}""", "grader.pass_threshold is 2, but needs to be a number from 0 to 1.", "grader.evaluation_metric is \"rouge\", but needs to be fuzzy_match, bleu, gleu, meteor, rouge_1, rouge_2, rouge_3, rouge_4, rouge_5, rouge_l or cosine.")]
    public void Settings_that_cannot_be_run_are_told(string settings, params string[] problems) =>
        Assert.Equal(problems, GraderSettings.Parse(settings).Problems("grader"));
}
