namespace Hone.Training.Data;

/// <summary>Problems in the order of the lines: the first of them, and how many there are.</summary>
sealed class ProblemList
{
    readonly List<DataProblem> _first = [];

    public IReadOnlyList<DataProblem> First => _first;

    public int Count { get; private set; }

    /// <summary>The file that is read, where there are several.</summary>
    public string? File { get; set; }

    public void Add(int line, string sentence)
    {
        Count++;
        if (_first.Count < DataFileResult<object>.MostKept)
        {
            _first.Add(new(line, sentence) { File = File });
        }
    }
}
