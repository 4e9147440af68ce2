using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Hone.Text.Patterns;

namespace Hone.Text.Models;

/// <summary>Byte pair encoding of one piece: characters first, then merges, the lowest rank first and leftmost among equals.</summary>
sealed class BytePairModel : TokenModel
{
    const char Metaspace = '▁';

    readonly BytePairSettings _settings;
    readonly Merges _merges;
    readonly WordCache _cache = new();
    readonly Dictionary<int, int> _characters = [];
    readonly int[] _bytes;
    readonly bool _wordsAreApart;

    // Bytes are tokens, so the byte alphabet need not be written out.
    readonly bool _direct;

    public BytePairModel(BytePairSettings settings)
    {
        (_settings, _merges) = (settings, settings.Merges);
        _direct = settings.RawBytes && !settings.ByteFallback;
        _bytes = _direct
            ? [.. Enumerable.Range(0, 256).Select(b => settings.Vocabulary.GetValueOrDefault(ByteAlphabet.Of((byte)b).ToString(), -1))]
            : ByteTokens(settings.Vocabulary);
        foreach (var (token, id) in settings.Vocabulary)
        {
            if (token.Length is 1 or 2 && CodePoints.At(token, 0, out int length) is var c && length == token.Length)
            {
                _characters[c] = id;
            }
        }

        _wordsAreApart = !settings.RawBytes && !settings.IgnoreMerges && _characters.ContainsKey(Metaspace)
            && !settings.Vocabulary.Keys.Any(token => NextWord(token) < token.Length);
    }

    public override IReadOnlyDictionary<string, int> Vocabulary => _settings.Vocabulary;

    /// <summary>Adds the ids of a piece. A character outside the vocabulary becomes the unknown token, or nothing if there is none.</summary>
    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        // Where no token reaches over the start of a word, no merge does: each word by itself gives the same ids.
        while (_wordsAreApart && NextWord(piece) is var end && end < piece.Length)
        {
            EncodeWord(piece[..end], ids);
            piece = piece[end..];
        }

        EncodeWord(piece, ids);
    }

    static int NextWord(ReadOnlySpan<char> text)
    {
        int start = text.IndexOfAnyExcept(Metaspace);
        int next = start < 0 ? -1 : text[start..].IndexOf(Metaspace);
        return next < 0 ? text.Length : start + next;
    }

    void EncodeWord(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > WordCache.LongestWord)
        {
            Merge(word, ids);
        }
        else if (!_cache.TryAdd(word, ids))
        {
            int before = ids.Count;
            Merge(word, ids);
            _cache.Put(word, CollectionsMarshal.AsSpan(ids)[before..]);
        }
    }

    void Merge(ReadOnlySpan<char> word, List<int> ids)
    {
        if (_settings.IgnoreMerges && Whole(word) is { } whole)
        {
            ids.Add(whole);
            return;
        }

        if (_settings.RawBytes && !_direct)
        {
            word = ByteAlphabet.Write(word);
        }

        // Three bytes of UTF-8 at most for each UTF-16 unit.
        int[] rented = ArrayPool<int>.Shared.Rent(3 * word.Length);
        int count = _direct ? ByteSymbols(word, rented) : Symbols(word, rented);
        count = MergeQueue.Merge(rented.AsSpan(0, count), _merges);
        ids.AddRange(rented.AsSpan(0, count));
        ArrayPool<int>.Shared.Return(rented);
    }

    int? Whole(ReadOnlySpan<char> word)
    {
        string token = _settings.RawBytes ? new(ByteAlphabet.Write(word)) : word.ToString();
        return _settings.Vocabulary.TryGetValue(token, out int id) ? id : null;
    }

    int ByteSymbols(ReadOnlySpan<char> word, int[] symbols)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(3 * word.Length);
        int length = Encoding.UTF8.GetBytes(word, rented);
        var pending = new UnknownRun(_settings);
        int count = 0;
        foreach (byte b in rented.AsSpan(0, length))
        {
            if (_bytes[b] >= 0)
            {
                pending.End(symbols, ref count);
                symbols[count++] = _bytes[b];
            }
            else
            {
                pending.Extend(symbols, ref count);
            }
        }

        pending.End(symbols, ref count);
        ArrayPool<byte>.Shared.Return(rented);
        return count;
    }

    int Symbols(ReadOnlySpan<char> word, int[] symbols)
    {
        var pending = new UnknownRun(_settings);
        int count = 0;
        for (int i = 0, length; i < word.Length; i += length)
        {
            if (_characters.TryGetValue(CodePoints.At(word, i, out length), out int id))
            {
                pending.End(symbols, ref count);
                symbols[count++] = id;
            }
            else if (!_settings.ByteFallback || !AddBytes(word.Slice(i, length), symbols, ref count))
            {
                pending.Extend(symbols, ref count);
            }
        }

        pending.End(symbols, ref count);
        return count;
    }

    // All bytes of a character or none.
    bool AddBytes(ReadOnlySpan<char> character, int[] symbols, ref int count)
    {
        Span<byte> bytes = stackalloc byte[4];
        bytes = bytes[..Encoding.UTF8.GetBytes(character, bytes)];
        foreach (byte b in bytes)
        {
            if (_bytes[b] < 0)
            {
                return false;
            }
        }

        foreach (byte b in bytes)
        {
            symbols[count++] = _bytes[b];
        }

        return true;
    }

    /// <summary>An unknown token that is added when the run ends: characters that fall back to bytes in between come before it.</summary>
    struct UnknownRun(BytePairSettings settings)
    {
        bool _open;

        public void Extend(int[] symbols, ref int count)
        {
            if (!settings.FuseUnknown)
            {
                End(symbols, ref count);
            }

            _open = settings.Unknown is not null;
        }

        public void End(int[] symbols, ref int count)
        {
            if (_open)
            {
                symbols[count++] = settings.Unknown!.Value;
                _open = false;
            }
        }
    }
}
