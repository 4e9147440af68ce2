namespace Hone.Training.Data;

/// <summary>The ids that the records of a data set have, each with the place where it stands.</summary>
/// <param name="severalFiles">The lines of several files are counted in each anew.</param>
sealed class RecordIds(bool severalFiles = false)
{
    readonly Dictionary<string, (string? File, int Line)> _places = new(StringComparer.Ordinal);

    /// <summary>How many files were begun.</summary>
    public int Files { get; set; }

    /// <summary>The id of a record that has none.</summary>
    public string Default(int line) => severalFiles ? $"file-{Files}-line-{line}" : $"line-{line}";

    /// <summary>Takes an id for a line.</summary>
    /// <returns>Where it stands already, or null.</returns>
    public string? Take(string id, string? file, int line)
    {
        if (_places.TryAdd(id, (file, line)))
        {
            return null;
        }

        var (other, at) = _places[id];
        return other == file ? $"line {at}" : $"{other}, line {at},";
    }
}
