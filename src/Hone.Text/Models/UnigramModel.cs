using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hone.Text.Patterns;

namespace Hone.Text.Models;

/// <summary>The most probable division of a piece into tokens: the path of the largest sum of scores (Viterbi), in time linear in its length.</summary>
/// <remarks>A character that is no token by itself may stand as unknown, with the least of all scores − 10; unknowns in a row are one.</remarks>
sealed class UnigramModel : TokenModel
{
    const double UnknownPenalty = 10;

    readonly Dictionary<string, int> _vocabulary = new(StringComparer.Ordinal);
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    readonly double[] _scores;
    readonly TokenTrie _trie = new();
    readonly WordCache _cache = new();
    readonly double _unknownScore;
    readonly int _unknown;
    readonly int[]? _bytes;
    readonly bool _rawBytes;

    UnigramModel(IReadOnlyList<(string Token, double Score)> tokens, int unknown, bool byteFallback, bool rawBytes)
    {
        _scores = [.. tokens.Select(token => token.Score)];
        for (int id = 0; id < tokens.Count; id++)
        {
            _vocabulary[tokens[id].Token] = id;
            _trie.Add(tokens[id].Token, id);
        }

        _lookup = _vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        (_unknown, _unknownScore, _rawBytes) = (unknown, _scores.Min() - UnknownPenalty, rawBytes);
        _bytes = byteFallback ? ByteTokens(_vocabulary) : null;
    }

    public override IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    public static UnigramModel Read(JsonFields fields, bool rawBytes)
    {
        var tokens = fields.Each("vocab", ReadToken);
        if (fields.Find("unk_id") is not { } element)
        {
            throw new TokenizerException($"{fields.Path} is of type Unigram without an unk_id, so that not every text could be encoded.");
        }

        int unknown = JsonFields.AsWhole(element, $"{fields.Path}.unk_id");
        return (uint)unknown < (uint)tokens.Length
            ? new(tokens, unknown, fields.Flag("byte_fallback"), rawBytes)
            : throw new TokenizerException($"{fields.Path}.unk_id is {unknown}, but the vocabulary has {tokens.Length} tokens.");
    }

    static (string Token, double Score) ReadToken(JsonElement item, string path) =>
        JsonFields.AsItems(item, path).ToArray() is [var token, var score]
            ? (JsonFields.AsText(token, path), JsonFields.AsNumber(score, path))
            : throw new TokenizerException($"{path} needs to be a token and its score.");

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (piece.Length > WordCache.LongestWord)
        {
            Divide(piece, ids);
        }
        else if (!_cache.TryAdd(piece, ids))
        {
            int before = ids.Count;
            Divide(piece, ids);
            _cache.Put(piece, CollectionsMarshal.AsSpan(ids)[before..]);
        }
    }

    void Divide(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_rawBytes)
        {
            piece = ByteAlphabet.Write(piece);
        }

        var nodes = ArrayPool<Node>.Shared.Rent(piece.Length + 1);
        FindBestPaths(piece, nodes.AsSpan(0, piece.Length + 1));
        int before = ids.Count;
        for (int end = piece.Length; end > 0;)
        {
            int start = nodes[end].Start;
            while (nodes[end].Id == _unknown && start > 0 && nodes[start].Id == _unknown)
            {
                start = nodes[start].Start;
            }

            AddBackwards(piece[start..end], nodes[end].Id, ids);
            end = start;
        }

        ids.Reverse(before, ids.Count - before);
        ArrayPool<Node>.Shared.Return(nodes);
    }

    void FindBestPaths(ReadOnlySpan<char> piece, Span<Node> nodes)
    {
        nodes.Fill(new(0, -1, _unknown));
        for (int start = 0, length; start < piece.Length; start += length)
        {
            CodePoints.At(piece, start, out length);
            double sum = nodes[start].Sum;
            bool characterIsToken = false;
            int place = 0;
            for (int end = start + 1; end <= piece.Length && (place = _trie.Next(place, piece[end - 1])) >= 0; end++)
            {
                if (_trie.IdAt(place) is var id and >= 0)
                {
                    Offer(ref nodes[end], new(sum + _scores[id], start, id));
                    characterIsToken |= end - start == length;
                }
            }

            if (!characterIsToken)
            {
                Offer(ref nodes[start + length], new(sum + _unknownScore, start, _unknown));
            }
        }
    }

    static void Offer(ref Node node, Node better)
    {
        if (node.Start < 0 || better.Sum > node.Sum)
        {
            node = better;
        }
    }

    void AddBackwards(ReadOnlySpan<char> part, int id, List<int> ids)
    {
        if (id != _unknown || _lookup.TryGetValue(part, out id))
        {
            ids.Add(id);
            return;
        }

        byte[] bytes = _bytes is null ? [] : Encoding.UTF8.GetBytes(part.ToArray());
        if (_bytes is not null && Array.TrueForAll(bytes, b => _bytes[b] >= 0))
        {
            for (int i = bytes.Length - 1; i >= 0; i--)
            {
                ids.Add(_bytes[bytes[i]]);
            }
        }
        else
        {
            ids.Add(_unknown);
        }
    }

    /// <summary>The best path to a place in the piece: its sum, and the start and id of its last token.</summary>
    readonly record struct Node(double Sum, int Start, int Id);
}
