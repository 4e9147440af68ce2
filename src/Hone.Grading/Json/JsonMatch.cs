using System.Text.Json;
using Hone.Grading.Similarity;

namespace Hone.Grading.Json;

/// <summary>How texts of two JSON values are compared.</summary>
enum TextMatch
{
    Exact,

    /// <summary>Case, white space, punctuation at the ends and invisible characters make no difference.</summary>
    Normalized,

    /// <summary>As normalized, with 1 − edit distance / length for what is not equal.</summary>
    Fuzzy,
}

/// <summary>How one field is compared.</summary>
sealed record JsonMatch
{
    public TextMatch Text { get; init; } = TextMatch.Normalized;

    /// <summary>Numbers are equal where |a − b| is at most this, or at most <see cref="RelativeTolerance"/> · |expected|.</summary>
    public double Tolerance { get; init; }

    public double RelativeTolerance { get; init; }

    /// <summary>The order of a list's items makes no difference.</summary>
    public bool ListsAreSets { get; init; }

    /// <summary>How well a value agrees with what was expected, from 0 to 1.</summary>
    /// <remarks>
    /// <para>Objects: the sum over expected members / the number of all members that either has. Lists: the sum over pairs / the longer
    /// length, pairs by position, or for sets the best pairs first, each item once. Values of different types: 0; a text that holds the
    /// expected number's digits is not that number.</para>
    /// <para>An empty object or list agrees with an empty one.</para>
    /// </remarks>
    public double Agreement(JsonElement expected, JsonElement given) => (expected.ValueKind, given.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) => OfObjects(expected, given),
        (JsonValueKind.Array, JsonValueKind.Array) => ListsAreSets ? OfSets([.. expected.EnumerateArray()], [.. given.EnumerateArray()])
            : OfLists([.. expected.EnumerateArray()], [.. given.EnumerateArray()]),
        (JsonValueKind.Number, JsonValueKind.Number) => AreClose(expected, given) ? 1 : 0,
        (JsonValueKind.String, JsonValueKind.String) => OfTexts(expected.GetString()!, given.GetString()!),
        var (a, b) => a == b ? 1 : 0,
    };

    double OfObjects(JsonElement expected, JsonElement given)
    {
        int both = expected.EnumerateObject().Count(member => given.TryGetProperty(member.Name, out _));
        int all = expected.GetPropertyCount() + given.GetPropertyCount() - both;
        return all == 0 ? 1
            : expected.EnumerateObject().Sum(member => given.TryGetProperty(member.Name, out var other) ? Agreement(member.Value, other) : 0) / all;
    }

    double OfLists(JsonElement[] expected, JsonElement[] given) =>
        expected.Length + given.Length == 0 ? 1
        : expected.Zip(given, Agreement).Sum() / Math.Max(expected.Length, given.Length);

    double OfSets(JsonElement[] expected, JsonElement[] given)
    {
        if (expected.Length + given.Length == 0)
        {
            return 1;
        }

        // Equal items first, by their canon: what is left to be compared each with each is short or cut short.
        double sum = TakeEqual(ref expected, ref given, out int longer);
        const int mostPairs = 10_000;
        int width = Math.Max(1, mostPairs / Math.Max(1, expected.Length));
        var pairs = expected.SelectMany((e, i) => given.Take(width).Select((g, j) => (Value: Agreement(e, g), i, j)))
            .Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.i).ThenBy(pair => pair.j);
        var (usedExpected, usedGiven) = (new HashSet<int>(), new HashSet<int>());
        foreach (var (value, i, j) in pairs)
        {
            if (!usedExpected.Contains(i) && !usedGiven.Contains(j))
            {
                sum += value;
                usedExpected.Add(i);
                usedGiven.Add(j);
            }
        }

        return sum / longer;
    }

    static int TakeEqual(ref JsonElement[] expected, ref JsonElement[] given, out int longer)
    {
        longer = Math.Max(expected.Length, given.Length);
        var left = given.GroupBy(JsonCanon.Of).ToDictionary(same => same.Key, same => new Queue<JsonElement>(same));
        int before = expected.Length;
        expected = [.. expected.Where(item => !(left.TryGetValue(JsonCanon.Of(item), out var same) && same.TryDequeue(out _)))];
        given = [.. left.Values.SelectMany(same => same)];
        return before - expected.Length;
    }

    bool AreClose(JsonElement expected, JsonElement given)
    {
        if (JsonNumber.Of(expected) == JsonNumber.Of(given))
        {
            return true;
        }

        double e = JsonNumber.Approximate(expected), g = JsonNumber.Approximate(given);
        return Math.Abs(e - g) <= Math.Max(Tolerance, RelativeTolerance * Math.Abs(e)) && double.IsFinite(e) && double.IsFinite(g)
            && (Tolerance > 0 || RelativeTolerance > 0);
    }

    double OfTexts(string expected, string given)
    {
        if (Text == TextMatch.Exact)
        {
            return expected == given ? 1 : 0;
        }

        string e = TextNormal.Of(expected), g = TextNormal.Of(given);
        return e == g ? 1 : Text == TextMatch.Fuzzy ? EditDistance.Similarity(e, g) : 0;
    }
}
