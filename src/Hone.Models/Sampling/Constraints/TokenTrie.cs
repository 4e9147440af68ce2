namespace Hone.Models.Sampling.Constraints;

/// <summary>A vocabulary's tokens by their bytes: what begins alike is walked once.</summary>
public sealed class TokenTrie
{
    internal const int Root = 0;

    readonly byte[]?[] _bytes;
    readonly List<byte> _byte = [0];
    readonly List<int> _firstChild = [-1], _nextSibling = [-1], _firstToken = [-1];
    readonly int[] _nextToken;

    /// <param name="bytes">Of each id; null or empty for tokens that stand for no text.</param>
    public TokenTrie(IReadOnlyList<byte[]?> bytes)
    {
        _bytes = [.. bytes];
        _nextToken = new int[_bytes.Length];
        Array.Fill(_nextToken, -1);
        int[] order = [.. Enumerable.Range(0, _bytes.Length).Where(id => _bytes[id] is { Length: > 0 })];
        Array.Sort(order, (one, other) => _bytes[one].AsSpan().SequenceCompareTo(_bytes[other]) is not 0 and var difference ? difference : one - other);
        List<int> path = [Root];
        ReadOnlySpan<byte> before = [];
        foreach (int id in order)
        {
            int common = before.CommonPrefixLength(_bytes[id]);
            path.RemoveRange(common + 1, path.Count - common - 1);
            foreach (byte value in _bytes[id].AsSpan(common))
            {
                path.Add(AddChild(path[^1], value));
            }

            _nextToken[id] = _firstToken[path[^1]];
            _firstToken[path[^1]] = id;
            before = _bytes[id];
        }
    }

    /// <summary>Ids, of which some may have no bytes.</summary>
    public int Size => _bytes.Length;

    internal ReadOnlySpan<byte> BytesOf(int id) => (uint)id < (uint)_bytes.Length ? _bytes[id] : [];

    internal byte Byte(int node) => _byte[node];

    internal int FirstChild(int node) => _firstChild[node];

    internal int NextSibling(int node) => _nextSibling[node];

    internal int FirstToken(int node) => _firstToken[node];

    /// <summary>Another token of the same bytes, or −1.</summary>
    internal int NextToken(int token) => _nextToken[token];

    int AddChild(int parent, byte value)
    {
        _byte.Add(value);
        _firstChild.Add(-1);
        _firstToken.Add(-1);
        _nextSibling.Add(_firstChild[parent]);
        return _firstChild[parent] = _byte.Count - 1;
    }
}
