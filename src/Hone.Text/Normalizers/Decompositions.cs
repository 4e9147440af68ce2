using System.Globalization;
using System.IO.Compression;

namespace Hone.Text.Normalizers;

/// <summary>Unicode's decompositions, compositions and combining classes (Hangul is computed, not listed).</summary>
/// <remarks>
/// Kept here because .NET leaves text as it is when it runs without culture data. The version is the one that the
/// published tokenizers' normalizers use: characters added later neither compose, decompose nor reorder.
/// The text in <see cref="DecompositionData"/> is "entries|classes", all numbers hexadecimal. An entry is the distance
/// from the previous code point, a kind ('=' canonical, '!' canonical but never composed, '~' compatibility) and the
/// code points it stands for; a class is "first-last class".
/// </remarks>
sealed class Decompositions
{
    readonly Dictionary<int, int[]> _canonical = [];
    readonly Dictionary<int, int[]> _compatible = [];
    readonly Dictionary<(int, int), int> _composed = [];
    readonly Dictionary<int, int> _classes = [];
    readonly Lazy<CodePointBits>[] _touched;

    Decompositions()
    {
        using var packed = new MemoryStream(Convert.FromBase64String(DecompositionData.Deflated));
        using var reader = new StreamReader(new DeflateStream(packed, CompressionMode.Decompress));
        string[] halves = reader.ReadToEnd().Split('|');
        ReadEntries(halves[0]);
        ReadClasses(halves[1]);
        _touched = [.. Enumerable.Range(0, 4).Select(form => new Lazy<CodePointBits>(() => new(TouchedBy(form >= 2, form % 2 == 1))))];
    }

    public static Decompositions Table => _table.Value;

    /// <summary>Every code point that a form changes, moves, or composes with what is before it; anything else may stand beside any text.</summary>
    public CodePointBits Touched(bool compatible, bool compose) => _touched[(compatible ? 2 : 0) + (compose ? 1 : 0)].Value;

    static readonly Lazy<Decompositions> _table = new(() => new());

    /// <summary>One step of the mapping; null if the code point stands for itself.</summary>
    public int[]? Of(int codePoint, bool compatible) =>
        _canonical.TryGetValue(codePoint, out int[]? parts) || compatible && _compatible.TryGetValue(codePoint, out parts)
            ? parts
            : null;

    public int? Composed(int first, int second) => _composed.TryGetValue((first, second), out int whole) ? whole : null;

    public int Class(int codePoint) => _classes.GetValueOrDefault(codePoint);

    // Composing leaves what composes to itself; Hangul is composed by rule from its vowels and trailing consonants.
    IEnumerable<int> TouchedBy(bool compatible, bool compose)
    {
        var changed = compose
            ? _canonical.Keys.Except(_composed.Values).Concat(_composed.Keys.Select(pair => pair.Item2)).Concat(Enumerable.Range(0x1161, 0x9F))
            : _canonical.Keys.Concat(Enumerable.Range(0xAC00, 11172));
        return changed.Concat(_classes.Keys).Concat(compatible ? _canonical.Keys.Concat(_compatible.Keys).Where(HasCompatiblePart) : []);
    }

    bool HasCompatiblePart(int point) =>
        _compatible.ContainsKey(point) || (_canonical.TryGetValue(point, out int[]? parts) && parts.Any(HasCompatiblePart));

    void ReadEntries(string entries)
    {
        int codePoint = 0;
        foreach (string entry in entries.Split(';'))
        {
            int kind = entry.IndexOfAny(['=', '!', '~']);
            codePoint += Hexadecimal(entry[..kind]);
            int[] parts = [.. entry[(kind + 1)..].Split(' ').Select(Hexadecimal)];
            (entry[kind] == '~' ? _compatible : _canonical)[codePoint] = parts;
            if (entry[kind] == '=')
            {
                _composed[(parts[0], parts[1])] = codePoint;
            }
        }
    }

    void ReadClasses(string runs)
    {
        foreach (string run in runs.Split(';'))
        {
            int[] numbers = [.. run.Split('-', ' ').Select(Hexadecimal)];
            for (int c = numbers[0]; c <= numbers[1]; c++)
            {
                _classes[c] = numbers[2];
            }
        }
    }

    static int Hexadecimal(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
