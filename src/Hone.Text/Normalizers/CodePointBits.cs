namespace Hone.Text.Normalizers;

/// <summary>A set of code points as one bit each.</summary>
sealed class CodePointBits
{
    readonly ulong[] _bits = new ulong[0x110000 / 64];

    public CodePointBits(IEnumerable<int> points)
    {
        foreach (int point in points)
        {
            _bits[point >> 6] |= 1UL << point;
        }
    }

    public bool Contains(int point) => (_bits[point >> 6] >> point & 1) != 0;
}
