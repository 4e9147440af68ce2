namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>How many problems of one length have a working that also occurs, line for line, among known texts.</summary>
/// <remarks>The split keeps stories with their numbers apart, not bare sums: <c>7+5=12</c> is told by many stories.
/// What is published with held-out figures says how often that happens.</remarks>
readonly record struct ChainOverlap(int Steps, int Problems, int Recurring)
{
    public double Share => Problems == 0 ? 0 : (double)Recurring / Problems;

    /// <summary>One row per number of steps.</summary>
    /// <remarks>Known are the workings that a model has seen, without the <c>####</c> line.</remarks>
    public static IReadOnlyList<ChainOverlap> Measure(IEnumerable<string> known, IEnumerable<Problem> problems)
    {
        var seen = known.ToHashSet();
        return
        [
            .. problems.GroupBy(problem => problem.Steps).OrderBy(group => group.Key).Select(group =>
                new ChainOverlap(group.Key, group.Count(), group.Count(problem => seen.Contains(problem.Working)))),
        ];
    }

    /// <summary>The working in an exchange of the corpus: a fact's sum, or an answer without its <c>####</c> line.</summary>
    public static string WorkingOf(Exchange exchange)
    {
        if (exchange.User.EndsWith('='))
        {
            return exchange.User + exchange.Assistant;
        }

        int mark = exchange.Assistant.IndexOf("####", StringComparison.Ordinal);
        return (mark < 0 ? exchange.Assistant : exchange.Assistant[..mark]).TrimEnd('\n');
    }
}
