namespace Hone.Text;

/// <summary>Reads several things and reports what is wrong with any of them at once.</summary>
sealed class ProblemList
{
    // A file that is damaged all over is named by its first problems.
    const int Most = 20;

    // Millions of problems would be counted for minutes, and nobody needs the number.
    const int MostCounted = 1000;

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

    /// <exception cref="TokenizerException">There are so many that the reading ends here.</exception>
    public void Add(string problem)
    {
        if (_problems.Count < Most)
        {
            _problems.Add(problem);
        }
        else if (++_left > MostCounted)
        {
            throw Gathered($"And more than {MostCounted:N0} problems more.");
        }
    }

    /// <exception cref="TokenizerException">There was a problem.</exception>
    public void Throw()
    {
        if (_problems.Count > 0)
        {
            throw _left == 0 ? new TokenizerException(_problems) : Gathered($"And {_left + 1} problems more.");
        }
    }

    // As many as a list holds, so that the sentence stays when these are gathered again.
    TokenizerException Gathered(string more) => new([.. _problems.Take(Most - 1), more]);
}
