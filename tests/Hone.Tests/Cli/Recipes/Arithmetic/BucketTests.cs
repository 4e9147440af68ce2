using Hone.Cli.Recipes.Arithmetic;

namespace Hone.Tests.Cli.Recipes.Arithmetic;

public class BucketTests
{
    // The sizes that the recipe writes, made with different seeds: the split has to hold between any two.
    static readonly Dictionary<Bucket, Problem[]> _drawn = new()
    {
        [Bucket.Pretraining] = [.. new ProblemGenerator(1).Draw(Bucket.Pretraining).Take(60_000)],
        [Bucket.Train] = [.. new ProblemGenerator(2).DrawDistinct(Bucket.Train).Take(2_000)],
        [Bucket.Development] = [.. new ProblemGenerator(3).DrawDistinct(Bucket.Development).Take(1_000)],
        [Bucket.Published] = [.. new ProblemGenerator(4).DrawDistinct(Bucket.Published).Take(1_000)],
    };

    public static TheoryData<string, string> Pairs => new()
    {
        { "Pretraining", "Train" }, { "Pretraining", "Development" }, { "Pretraining", "Published" },
        { "Train", "Development" }, { "Train", "Published" }, { "Development", "Published" },
    };

    [Theory, MemberData(nameof(Pairs))]
    public void No_question_of_one_bucket_occurs_in_another(string one, string other) =>
        Assert.Empty(Draw(one).Select(p => p.Question).Intersect(Draw(other).Select(p => p.Question)));

    [Theory, MemberData(nameof(Pairs))]
    public void No_template_with_the_same_numbers_occurs_in_two_buckets(string one, string other) =>
        Assert.Empty(Draw(one).Select(TemplateAndNumbers).Intersect(Draw(other).Select(TemplateAndNumbers)));

    [Fact]
    public void Equal_templates_tell_equal_sentences()
    {
        // A template is what is left of a question without its name, thing and numbers. If two keys shared one,
        // or one key told two, the split by key would not be a split by story.
        var pairs = _drawn.Values.SelectMany(problems => problems).Select(p => (p.TemplateKey, Text: WithoutWords(p))).Distinct().ToList();

        Assert.Equal(pairs.Count, pairs.DistinctBy(pair => pair.TemplateKey).Count());
        Assert.Equal(pairs.Count, pairs.DistinctBy(pair => pair.Text).Count());
    }

    [Fact]
    public void A_distinct_draw_repeats_no_template_with_the_same_numbers() =>
        Assert.Equal(2_000, Draw("Train").Select(TemplateAndNumbers).Distinct().Count());

    [Fact]
    public void The_training_corpus_tells_stories_of_the_pretraining_bucket_only()
    {
        var corpus = new PretrainingCorpus(1);
        var told = corpus.WorkedAnswersAndFacts().Take(60_000).Concat(corpus.ManyWriters().Take(5_000))
            .Select(exchange => WithoutWords(exchange.User) + Numbers(exchange.User)).ToHashSet();

        Assert.DoesNotContain(
            Draw("Train").Concat(Draw("Development")).Concat(Draw("Published")),
            problem => told.Contains(WithoutWords(problem) + Numbers(problem.Question)));
    }

    static Problem[] Draw(string bucket) => _drawn[Enum.Parse<Bucket>(bucket)];

    // From the text alone, so that a mistake in the key cannot hide itself.
    static string TemplateAndNumbers(Problem problem) => WithoutWords(problem) + Numbers(problem.Question);

    static string Numbers(string question) =>
        string.Join(',', question.Split(' ', '.', '?').Where(word => word.Length > 0 && char.IsAsciiDigit(word[0])));

    static string WithoutWords(Problem problem) => WithoutWords(problem.Question);

    static string WithoutWords(string question) => string.Join(' ', question.Split(' ').Select(word =>
    {
        string bare = word.TrimEnd('.', '?');
        bool varies = bare.All(char.IsAsciiDigit) || Sentences.Women.Contains(bare) || Sentences.Men.Contains(bare)
            || Sentences.Things.Contains(bare);
        return bare is "he" or "she" or "He" or "She" ? "he" : varies ? word.Replace(bare, "_") : word;
    }));
}
