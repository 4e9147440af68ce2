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
    readonly Lazy<CodePointBits> _touchedCanonically;
    readonly Lazy<CodePointBits> _touchedCompatibly;

    Decompositions()
    {
        using var packed = new MemoryStream(Convert.FromBase64String(DecompositionData.Deflated));
        using var reader = new StreamReader(new DeflateStream(packed, CompressionMode.Decompress));
        string[] halves = reader.ReadToEnd().Split('|');
        ReadEntries(halves[0]);
        ReadClasses(halves[1]);
        var canonically = _canonical.Keys.Concat(_composed.Keys.Select(pair => pair.Item2)).Concat(_classes.Keys);
        _touchedCanonically = new(() => new(canonically));
        _touchedCompatibly = new(() => new(canonically.Concat(_compatible.Keys)));
    }

    public static Decompositions Table => _table.Value;

    /// <summary>Every code point that decomposes, composes with one before it, or is reordered.</summary>
    public CodePointBits Touched(bool compatible) => compatible ? _touchedCompatibly.Value : _touchedCanonically.Value;

    static readonly Lazy<Decompositions> _table = new(() => new());

    /// <summary>One step of the mapping; null if the code point stands for itself.</summary>
    public int[]? Of(int codePoint, bool compatible) =>
        _canonical.TryGetValue(codePoint, out int[]? parts) || compatible && _compatible.TryGetValue(codePoint, out parts)
            ? parts
            : null;

    public int? Composed(int first, int second) => _composed.TryGetValue((first, second), out int whole) ? whole : null;

    public int Class(int codePoint) => _classes.GetValueOrDefault(codePoint);

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
