namespace Hone.Server.Tests.Support;

/// <summary>Problems that a piece of work has to end in.</summary>
static class Sentences
{
    /// <summary>The work throws an <see cref="ApiProblem"/> of this kind, whose sentence has all of the words.</summary>
    public static async Task<ApiProblem> Refused(ProblemKind kind, Func<Task> work, params string[] words)
    {
        var problem = await Assert.ThrowsAsync<ApiProblem>(work);
        Assert.True(problem.Kind == kind, $"{problem.Kind}: {problem.Message}");
        Assert.All(words, word => Assert.Contains(word, problem.Message, StringComparison.Ordinal));
        return problem;
    }
}
