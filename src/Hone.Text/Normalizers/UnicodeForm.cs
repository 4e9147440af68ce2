using System.Runtime.InteropServices;
using System.Text;
using Hone.Text.Patterns;

namespace Hone.Text.Normalizers;

/// <summary>NFC, NFD, NFKC and NFKD.</summary>
sealed class UnicodeForm(bool compatible, bool compose) : Normalizer
{
    const int HangulFirst = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailBase = 0x11A7;
    const int Leads = 19, Vowels = 21, Trails = 28;

    public override string Apply(string text, ref bool atStart)
    {
        // Nothing below U+0300 composes with what is before it; nothing below U+00C0 decomposes canonically, nothing below U+0080 at all.
        int from = text.AsSpan().IndexOfAnyExceptInRange('\0', compatible ? '\u007F' : compose ? '\u02FF' : '\u00BF');
        return from < 0 ? text : ApplyFrom(from, text);
    }

    // Only runs of characters that can change are worked on, each with the character before it, with which it may compose.
    string ApplyFrom(int from, string text)
    {
        var touched = Decompositions.Table.Touched(compatible, compose);
        StringBuilder? result = null;
        int copied = 0;
        for (int i = from, length; i < text.Length; i += length)
        {
            if (!touched.Contains(CodePoints.At(text, i, out length)))
            {
                continue;
            }

            int start = i, end = i + length;
            if (i > copied)
            {
                CodePoints.Before(text, i, out int before);
                start -= before;
            }

            while (end < text.Length && touched.Contains(CodePoints.At(text, end, out int next)))
            {
                end += next;
            }

            result = (result ?? new()).Append(text, copied, start - copied);
            AppendForm(text.AsSpan(start, end - start), result);
            copied = end;
            length = end - i;
        }

        return result?.Append(text, copied, text.Length - copied).ToString() ?? text;
    }

    void AppendForm(ReadOnlySpan<char> text, StringBuilder result)
    {
        var points = Decompose(text);
        Reorder(CollectionsMarshal.AsSpan(points));
        if (compose)
        {
            Compose(points);
        }

        foreach (int point in points)
        {
            result.Append(new Rune(point));
        }
    }

    List<int> Decompose(ReadOnlySpan<char> text)
    {
        List<int> points = new(text.Length);
        for (int i = 0; i < text.Length;)
        {
            AddDecomposed(CodePoints.At(text, i, out int length), points);
            i += length;
        }

        return points;
    }

    void AddDecomposed(int point, List<int> points)
    {
        int hangul = point - HangulFirst;
        if ((uint)hangul < Leads * Vowels * Trails)
        {
            points.Add(LeadFirst + hangul / (Vowels * Trails));
            points.Add(VowelFirst + hangul % (Vowels * Trails) / Trails);
            if (hangul % Trails > 0)
            {
                points.Add(TrailBase + hangul % Trails);
            }
        }
        else if (Decompositions.Table.Of(point, compatible) is { } parts)
        {
            foreach (int part in parts)
            {
                AddDecomposed(part, points);
            }
        }
        else
        {
            points.Add(point);
        }
    }

    // Within each run of marks: by combining class, equal classes in the order of the text.
    static void Reorder(Span<int> points)
    {
        for (int start = 0; start < points.Length;)
        {
            int end = start;
            while (end < points.Length && Decompositions.Table.Class(points[end]) != 0)
            {
                end++;
            }

            if (end - start > 1 && !InOrder(points[start..end]))
            {
                int[] sorted = [.. points[start..end].ToArray().OrderBy(Decompositions.Table.Class)];
                sorted.CopyTo(points[start..end]);
            }

            start = end + 1;
        }
    }

    static bool InOrder(ReadOnlySpan<int> marks)
    {
        for (int i = 1; i < marks.Length; i++)
        {
            if (Decompositions.Table.Class(marks[i - 1]) > Decompositions.Table.Class(marks[i]))
            {
                return false;
            }
        }

        return true;
    }

    static void Compose(List<int> points)
    {
        int kept = 0, starter = -1, lastClass = -1;
        for (int i = 0; i < points.Count; i++)
        {
            int point = points[i];
            int combiningClass = Decompositions.Table.Class(point);
            if (starter >= 0 && lastClass < combiningClass && Composite(points[starter], point) is { } whole)
            {
                points[starter] = whole;
                continue;
            }

            if (combiningClass == 0)
            {
                starter = kept;
            }

            // A mark of the same or a higher class in between blocks; a starter in between blocks every later one.
            lastClass = combiningClass == 0 ? -1 : combiningClass;
            points[kept++] = point;
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    static int? Composite(int first, int second)
    {
        int lead = first - LeadFirst, vowel = second - VowelFirst;
        if ((uint)lead < Leads && (uint)vowel < Vowels)
        {
            return HangulFirst + (lead * Vowels + vowel) * Trails;
        }

        int syllable = first - HangulFirst, trail = second - TrailBase;
        if ((uint)syllable < Leads * Vowels * Trails && syllable % Trails == 0 && trail is > 0 and < Trails)
        {
            return first + trail;
        }

        return Decompositions.Table.Composed(first, second);
    }
}
