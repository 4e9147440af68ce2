namespace Hone.Text.Models;

/// <summary>All tokens as a tree of their UTF-16 units.</summary>
sealed class TokenTrie
{
    // Some tens of bytes each. The largest published vocabularies have some millions.
    const int MostPlaces = 1 << 25;

    readonly Dictionary<ulong, int> _next = [];
    readonly List<int> _ids = [-1];

    public void Add(string token, int id)
    {
        int place = 0;
        foreach (char c in token)
        {
            if (!_next.TryGetValue(Key(place, c), out int next))
            {
                _next[Key(place, c)] = next = _ids.Count < MostPlaces
                    ? _ids.Count
                    : throw new TokenizerException($"The vocabulary has more than {MostPlaces:N0} characters that its tokens do not share.");
                _ids.Add(-1);
            }

            place = next;
        }

        // Nothing is no token.
        _ids[place] = place == 0 ? -1 : id;
    }

    /// <summary>From the root, 0, along one unit; −1 if no token goes on like this.</summary>
    public int Next(int place, char c) => _next.TryGetValue(Key(place, c), out int next) ? next : -1;

    /// <summary>The token that ends here, or −1.</summary>
    public int IdAt(int place) => _ids[place];

    static ulong Key(int place, char c) => ((ulong)(uint)place << 16 | c) * 0x9E3779B97F4A7C15;
}
