namespace Hone.Grading.Combination;

/// <summary>Names of a combination's parts, each used once: "format", "format2".</summary>
sealed class PartNames
{
    readonly HashSet<string> _used = [];

    public bool TryAdd(string name) => _used.Add(name);

    /// <summary>The kind, with a number where it is taken.</summary>
    public string Unused(string kind)
    {
        string name = kind;
        for (int n = 2; !_used.Add(name); n++)
        {
            name = $"{kind}{n}";
        }

        return name;
    }
}
