using Hone.Cli.Recipes.Arithmetic;

namespace Hone.Tests.Cli.Recipes.Arithmetic;

public class ProblemGeneratorTests
{
    static readonly Problem[] _problems =
        [.. Enumerable.Range(0, 20_000).Select(index => new ProblemGenerator(5).At((ulong)index))];

    [Fact]
    public void A_problem_is_a_function_of_seed_and_index()
    {
        var again = new ProblemGenerator(5).At(17);

        Assert.Equal(_problems[17].Question, again.Question);
        Assert.Equal(_problems[17].WorkedAnswer, again.WorkedAnswer);
        Assert.NotEqual(again.Question, new ProblemGenerator(6).At(17).Question);
    }

    [Fact]
    public void Every_value_on_the_way_is_whole_and_between_1_and_81() =>
        Assert.All(_problems.SelectMany(problem => problem.Chain), step => Assert.True(step.IsPossible, step.ToString()));

    [Fact]
    public void Each_line_goes_on_from_the_line_before() => Assert.All(_problems, problem =>
    {
        for (int i = 1; i < problem.Steps; i++)
        {
            Assert.Equal(problem.Chain[i], problem.Chain[i].Carry(problem.Chain[i - 1].Result));
        }
    });

    [Fact]
    public void Stories_have_one_to_three_steps_equally_often() => Assert.All(
        _problems.CountBy(problem => problem.Steps),
        count => Assert.InRange(count.Value, 6_300, 7_000));

    [Fact]
    public void A_question_tells_its_numbers_in_order() => Assert.All(_problems, problem => Assert.Equal(
        problem.Numbers,
        problem.Question.Split(' ', '.').Where(word => word.Length > 0 && word.All(char.IsAsciiDigit)).Select(int.Parse)));

    [Fact]
    public void Every_place_in_a_sentence_is_filled() =>
        Assert.All(_problems, problem => Assert.DoesNotContain('{', problem.Question));

    [Fact]
    public void Every_sentence_is_told()
    {
        var told = _problems.SelectMany(problem => problem.TemplateKey.Split(' ')).ToHashSet();

        Assert.Equal(Sentences.Openings.Length + Sentences.Events.Length + Sentences.Closings.Length, told.Count);
    }

    [Fact]
    public void Names_and_things_do_not_change_the_key()
    {
        var told = _problems.GroupBy(problem => problem.Key).First(group => group.DistinctBy(p => p.Question).Count() > 1);

        Assert.Single(told.DistinctBy(problem => problem.Bucket));
    }
}
