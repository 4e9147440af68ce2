namespace Hone.Text.Normalizers;

/// <summary>A set of code points as one bit each, with all of Hangul (which is composed by rule) in it.</summary>
sealed class CodePointBits
{
    readonly ulong[] _bits = new ulong[0x110000 / 64];

    public CodePointBits(IEnumerable<int> points)
    {
        var hangul = Enumerable.Range(0x1100, 0x100).Concat(Enumerable.Range(0xAC00, 11172));
        foreach (int point in points.Concat(hangul))
        {
            _bits[point >> 6] |= 1UL << point;
        }
    }

    public bool Contains(int point) => (_bits[point >> 6] >> point & 1) != 0;
}
