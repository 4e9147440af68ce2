using Hone.Cli.Recipes.Arithmetic;

namespace Hone.Tests.Cli.Recipes.Arithmetic;

public class PretrainingCorpusTests
{
    [Fact]
    public void A_longer_corpus_begins_with_the_shorter_one() => Assert.Equal(
        new PretrainingCorpus(9).WorkedAnswersAndFacts().Take(50),
        new PretrainingCorpus(9).WorkedAnswersAndFacts().Take(100).Take(50));

    [Fact]
    public void A_third_of_phase_one_is_facts_and_all_of_them_are_true()
    {
        var facts = new PretrainingCorpus(9).WorkedAnswersAndFacts().Take(9_000).Where(e => e.User.EndsWith('=')).ToList();

        Assert.Equal(3_000, facts.Count);
        Assert.All(facts, fact => Assert.Equal(Calculate(fact.User.TrimEnd('=')), int.Parse(fact.Assistant)));
    }

    [Fact]
    public void Writers_have_the_habits_that_the_recipe_states()
    {
        var random = new SplitMix(11);
        var counts = new Dictionary<Habit, int>();
        for (int i = 0; i < 10_000; i++)
        {
            var habit = Writer.Draw(ref random).Habit;
            counts[habit] = counts.GetValueOrDefault(habit) + 1;
        }

        Assert.InRange(counts[Habit.Careful], 3_250, 3_550);
        Assert.InRange(counts[Habit.Unfinished], 700, 900);
        Assert.InRange(counts[Habit.Slipping], 1_080, 1_320);
        Assert.InRange(counts[Habit.Hasty], 4_450, 4_750);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 25)]
    [InlineData(3, 10)]
    public void A_hasty_guess_is_right_less_often_in_longer_stories(int steps, int percent)
    {
        var random = new SplitMix(2);
        int right = 0;
        foreach (var problem in new ProblemGenerator(2).Draw(Bucket.Pretraining).Where(p => p.Steps == steps).Take(2_000))
        {
            right += new Writer(Habit.Hasty).Answer(problem, ref random) == $"#### {problem.Answer}" ? 1 : 0;
        }

        Assert.InRange(right, percent * 20 - 90, percent * 20 + 90);
    }

    [Fact]
    public void A_slip_makes_one_line_wrong_and_is_carried_on()
    {
        var random = new SplitMix(3);
        foreach (var problem in new ProblemGenerator(3).Draw(Bucket.Pretraining).Take(2_000))
        {
            string[] lines = new Writer(Habit.Slipping).Answer(problem, ref random).Split('\n');

            Assert.Equal(problem.Steps + 1, lines.Length);
            Assert.Equal(1, lines[..^1].Count(line => Calculate(line.Split('=')[0]) != int.Parse(line.Split('=')[1])));
            Assert.Equal($"#### {lines[^2].Split('=')[1]}", lines[^1]);
            Assert.NotEqual(problem.Working, string.Join('\n', lines[..^1]));
        }
    }

    [Fact]
    public void An_unfinished_answer_is_right_and_lacks_the_closing_line()
    {
        var random = new SplitMix(4);
        var problem = new ProblemGenerator(4).At(0);

        Assert.Equal(problem.Working, new Writer(Habit.Unfinished).Answer(problem, ref random));
    }

    [Fact]
    public void Chains_that_recur_are_counted_by_length()
    {
        Problem[] problems = [.. new ProblemGenerator(4).Draw(Bucket.Published).Take(90)];
        string[] known = [.. problems.Where(p => p.Steps == 1).Take(3).Select(p => p.Working), "1+1=2"];

        var rows = ChainOverlap.Measure(known, problems);

        Assert.Equal([1, 2, 3], rows.Select(row => row.Steps));
        Assert.Equal(90, rows.Sum(row => row.Problems));
        Assert.InRange(rows[0].Recurring, 3, 5);
        Assert.Equal(0, rows[1].Recurring + rows[2].Recurring);
    }

    [Fact]
    public void The_working_of_an_exchange_is_its_sums_alone()
    {
        Assert.Equal("7+5=12", ChainOverlap.WorkingOf(new("7+5=", "12")));
        Assert.Equal("7+5=12\n12-3=9", ChainOverlap.WorkingOf(new("Tom has 7 pens.", "7+5=12\n12-3=9\n#### 9")));
        Assert.Equal("", ChainOverlap.WorkingOf(new("Tom has 7 pens.", "#### 9")));
    }

    static int Calculate(string sum)
    {
        int at = sum.IndexOfAny(['+', '-', '*', '/']);
        return new Step(int.Parse(sum[..at]), sum[at], int.Parse(sum[(at + 1)..])).Result;
    }
}
