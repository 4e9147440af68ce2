namespace Hone.Training.Data.InvocationLogs;

/// <summary>Counts the calls that were left out, by reason, and keeps the first places of each.</summary>
sealed class LeftOut
{
    const int MostPlaces = 3;

    readonly Dictionary<string, (int Count, List<string> Places, string? Detail)> _reasons = new(StringComparer.Ordinal);

    /// <param name="reason">What was found, as it ends the note.</param>
    /// <param name="file">Null where there is only one.</param>
    /// <param name="line">The entry's.</param>
    /// <param name="detail">A sentence on the first of them.</param>
    public void Add(string reason, string? file, int line, string? detail = null)
    {
        var (count, places, first) = _reasons.GetValueOrDefault(reason, (0, [], detail));
        if (places.Count < MostPlaces)
        {
            places.Add(file is null ? $"line {line}" : $"{Path.GetFileName(file)} line {line}");
        }

        _reasons[reason] = (count + 1, places, first);
    }

    public IReadOnlyList<string> Notes(string name) =>
    [
        .. _reasons.Select(reason => $"{name}: {Calls(reason.Value.Count)} left out ({string.Join(", ", reason.Value.Places)}"
            + $"{(reason.Value.Count > reason.Value.Places.Count ? ", …" : "")}): {reason.Key}{(reason.Value.Detail is { } detail ? $", as {detail}" : ".")}"),
    ];

    static string Calls(int count) => count == 1 ? "1 call" : $"{count:N0} calls";
}
