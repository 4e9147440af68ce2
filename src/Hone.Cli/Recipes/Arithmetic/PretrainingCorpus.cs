namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>A user turn and the assistant turn that the base model is trained to give.</summary>
readonly record struct Exchange(string User, string Assistant);

/// <summary>What the base model reads, in two phases. Every story is of the pretraining bucket.</summary>
/// <remarks>The n-th record is a function of (seed, n): a longer corpus begins with the shorter one.</remarks>
sealed class PretrainingCorpus(ulong seed)
{
    /// <summary>One record in so many is a plain fact.</summary>
    const int FactEvery = 3;

    const ulong Facts = 2, Writers = 3;

    static readonly char[] _operators = ['+', '-', '*', '/'];

    readonly ProblemGenerator _stories = new(SplitMix.Mix(seed));
    readonly ProblemGenerator _writersStories = new(SplitMix.Mix(seed + 1));

    /// <summary>Phase 1: stories with their working, and facts (user <c>7+5=</c>, assistant <c>12</c>). Without end.</summary>
    /// <remarks>Only the assistant's tokens are trained on, so a fact's random operands stay out of the loss.</remarks>
    public IEnumerable<Exchange> WorkedAnswersAndFacts()
    {
        using var stories = _stories.Draw(Bucket.Pretraining).GetEnumerator();
        for (ulong index = 0; ; index++)
        {
            if (index % FactEvery == FactEvery - 1)
            {
                yield return Fact(index);
            }
            else
            {
                stories.MoveNext();
                yield return new(stories.Current.Question, stories.Current.WorkedAnswer);
            }
        }
    }

    /// <summary>Phase 2: stories as writers of four habits answer them (<see cref="Writer"/>). Without end.</summary>
    public IEnumerable<Exchange> ManyWriters()
    {
        ulong index = 0;
        foreach (var problem in _writersStories.Draw(Bucket.Pretraining))
        {
            var random = new SplitMix(seed, Writers, index++);
            yield return new(problem.Question, Writer.Draw(ref random).Answer(problem, ref random));
        }
    }

    Exchange Fact(ulong index)
    {
        var random = new SplitMix(seed, Facts, index);
        while (true)
        {
            char operation = random.Pick(_operators);
            var (left, right) = operation switch
            {
                '+' => (random.Between(1, Step.Largest - 1), random.Between(1, 40)),
                '-' => (random.Between(2, Step.Largest), random.Between(1, Step.Largest - 1)),
                '*' => (random.Between(1, 40), random.Between(2, 9)),
                _ => (random.Between(2, Step.Largest), random.Between(2, 9)),
            };
            var fact = new Step(left, operation, right);
            if (fact.IsPossible)
            {
                return new($"{left}{operation}{right}=", $"{fact.Result}");
            }
        }
    }
}
