namespace Hone.Text;

/// <summary>Reads several things and reports what is wrong with any of them at once.</summary>
sealed class ProblemList
{
    // A file that is damaged all over is named by its first problems.
    const int Most = 20;

    readonly List<string> _problems = [];
    int _left;

    /// <summary>What was read; the default value if it has problems, which are kept.</summary>
    public T? Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (TokenizerException problem)
        {
            foreach (string one in problem.Problems)
            {
                Add(one);
            }

            return default;
        }
    }

    public void Add(string problem)
    {
        if (_problems.Count < Most)
        {
            _problems.Add(problem);
        }
        else
        {
            _left++;
        }
    }

    /// <exception cref="TokenizerException">There was a problem.</exception>
    public void Throw()
    {
        if (_problems.Count > 0)
        {
            throw new TokenizerException(_left == 0 ? _problems : [.. _problems, $"And {_left} problems more."]);
        }
    }
}
