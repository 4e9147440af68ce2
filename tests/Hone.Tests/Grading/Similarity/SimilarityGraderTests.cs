using System.Text.Json;
using Hone.Grading;

namespace Hone.Tests.Grading.Similarity;

public class SimilarityGraderTests
{
    [Theory]
    [InlineData("The end.", 1)]
    [InlineData("the  END", 1)]
    [InlineData("", 0)]
    [InlineData("The beginning and the end.", 0.28)]
    [InlineData("The end. The end. The end. The end.", 0.20588)]
    [InlineData("Тhe end.", 0.85714)]
    [InlineData("NaN", 0.14286)]
    public async Task Plain_edit_distance_pays_for_length_and_look_alikes(string completion, double score) =>
        Assert.Equal(score, (await Grader("levenshtein").GradeOne(Items.Of(completion, "The end."))).Score!.Value, 5);

    [Fact]
    public async Task Of_several_references_the_best_counts()
    {
        var item = Items.Of("the end", null) with
        {
            Metadata = new Dictionary<string, JsonElement> { ["reference_answer"] = JsonElement.Parse("""["a start","the end"]""") },
        };

        Assert.Equal(1, (await Grader("rougeL").GradeOne(item)).Score);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task Without_a_reference_there_is_no_score(string? reference) =>
        Assert.Equal("reference", (await Grader("bleu").GradeOne(Items.Of("the end", reference))).Fault!.Boundary);

    [Theory]
    [InlineData("""{"kind":"similarity"}""", "grader.metric is missing; it needs to be one of levenshtein, fuzzy, bleu, gleu, meteor, rouge1, rouge2, rouge3, rouge4, rouge5, rougeL, cosine.")]
    [InlineData("""{"kind":"similarity","metric":"bleu","n":4}""", "grader.n is not known; the keys here are kind, metric.")]
    public void Settings_that_cannot_be_run_are_told(string settings, string problem) =>
        Assert.Equal([problem], GraderSettings.Parse(settings).Problems("grader"));

    static IGrader Grader(string metric) => GraderSettings.Parse($$"""{"kind":"similarity","metric":"{{metric}}"}""").Build();
}
