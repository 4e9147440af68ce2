namespace Hone.Server.OpenAi.Reading;

/// <summary>What is wrong with one request: all of it, so that nobody has to send it once for each mistake.</summary>
sealed class ProblemList
{
    readonly List<(string? Parameter, string Code, string Sentence)> _problems = [];

    public int Count => _problems.Count;

    public void Add(string? parameter, string code, string sentence) => _problems.Add((parameter, code, sentence));

    /// <summary>Sentences that begin with the place they speak of.</summary>
    public void AddSentences(IEnumerable<string> sentences)
    {
        foreach (string sentence in sentences)
        {
            Add(sentence.Split(' ', 2)[0], "invalid_value", sentence);
        }
    }

    /// <exception cref="ApiProblem">With every sentence; parameter and code are those of the first.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new ApiProblem(ProblemKind.Invalid, string.Join(' ', _problems.Select(problem => problem.Sentence)))
            {
                Parameter = _problems[0].Parameter,
                Code = _problems[0].Code,
            };
        }
    }
}
