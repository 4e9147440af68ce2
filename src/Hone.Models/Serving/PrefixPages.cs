namespace Hone.Models.Serving;

/// <summary>
/// The pages of a cache and what the full ones hold: a tree, in which the way from the root to a page are the tokens before it. Sequences that
/// begin alike hold the same pages. A page that nobody holds stays, until room is needed: then the one that was held longest ago goes first.
/// </summary>
sealed class PrefixPages(KeyValueCache cache)
{
    readonly Dictionary<(LoraAdapter? Adapter, string? Scope, long Rotation), Page> _roots = [];
    readonly SortedDictionary<long, Page> _idle = [];
    long _clock;
    int _unheld;

    /// <summary>A full page, or a root, which is none.</summary>
    public sealed class Page(Page? parent, Tokens tokens, int number)
    {
        internal Dictionary<Tokens, Page> Next { get; } = [];
        internal int Holders { get; set; }
        internal long Used { get; set; }
        public Page? Parent => parent;
        internal Tokens Tokens => tokens;

        /// <summary>The page's number in the cache.</summary>
        public int Number => number;
    }

    /// <summary>What a full page holds.</summary>
    public readonly struct Tokens : IEquatable<Tokens>
    {
        readonly int[] _ids;
        readonly int _hash;

        public Tokens(ReadOnlySpan<int> ids)
        {
            _ids = ids.ToArray();
            var hash = new HashCode();
            foreach (int id in ids)
            {
                hash.Add(id);
            }

            _hash = hash.ToHashCode();
        }

        public bool Equals(Tokens other) => _hash == other._hash && _ids.AsSpan().SequenceEqual(other._ids);

        public override bool Equals(object? other) => other is Tokens tokens && Equals(tokens);

        public override int GetHashCode() => _hash;
    }

    /// <summary>Pages that are free or can be made so.</summary>
    public int Available => cache.FreePages + _unheld;

    /// <summary>Where the sequences of an adapter and a scope under one rotation begin.</summary>
    public Page Root(LoraAdapter? adapter, string? scope, long rotation)
    {
        if (!_roots.TryGetValue((adapter, scope, rotation), out var root))
        {
            _roots[(adapter, scope, rotation)] = root = new(null, default, -1) { Holders = 1 };
        }

        return root;
    }

    /// <summary>The page of these tokens behind another, held; null if there is none.</summary>
    public Page? Hold(Page parent, ReadOnlySpan<int> tokens)
    {
        if (!parent.Next.TryGetValue(new(tokens), out var page))
        {
            return null;
        }

        Hold(page);
        return page;
    }

    /// <summary>A page was filled and is known from now on. If its tokens were there already, the other page takes its place.</summary>
    /// <returns>The page, held.</returns>
    public Page Enter(Page parent, ReadOnlySpan<int> tokens, int number)
    {
        if (Hold(parent, tokens) is { } there)
        {
            cache.Return([number]);
            return there;
        }

        var page = new Page(parent, new(tokens), number) { Holders = 1 };
        parent.Next[page.Tokens] = page;
        _idle.Remove(parent.Used);
        return page;
    }

    public void Release(Page page)
    {
        if (--page.Holders == 0)
        {
            _unheld++;
            page.Used = ++_clock;
            RestIfLeaf(page);
        }
    }

    /// <summary>A page to fill; −1 if sequences hold them all.</summary>
    public int Take()
    {
        if (cache.FreePages == 0 && _idle.Count > 0)
        {
            Forget(_idle.First().Value);
        }

        return cache.FreePages > 0 ? cache.Take() : -1;
    }

    /// <summary>Gives back a page that is not known.</summary>
    public void Return(ReadOnlySpan<int> pages) => cache.Return(pages);

    /// <summary>Drops what was computed with an adapter that no sequence uses.</summary>
    public void Forget(LoraAdapter adapter)
    {
        foreach (var (key, root) in _roots.Where(root => root.Key.Adapter == adapter).ToArray())
        {
            ForgetBelow(root);
            _roots.Remove(key);
        }
    }

    void ForgetBelow(Page page)
    {
        foreach (var next in page.Next.Values.ToArray())
        {
            ForgetBelow(next);
            Forget(next);
        }
    }

    void Forget(Page page)
    {
        _idle.Remove(page.Used);
        _unheld--;
        cache.Return([page.Number]);
        var parent = page.Parent!;
        parent.Next.Remove(page.Tokens);
        RestIfLeaf(parent);
    }

    // Who holds a page holds all before it: a page that nobody holds has nothing behind it that is held.
    void RestIfLeaf(Page page)
    {
        if (page.Holders == 0 && page.Next.Count == 0)
        {
            _idle[page.Used] = page;
        }
    }

    void Hold(Page page)
    {
        if (page.Holders++ == 0)
        {
            _unheld--;
            _idle.Remove(page.Used);
        }
    }
}
