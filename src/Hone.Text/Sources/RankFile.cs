using System.Buffers.Text;
using Hone.Text.Decoders;
using Hone.Text.Models;
using Hone.Text.Patterns;
using Hone.Text.PostProcessors;
using Hone.Text.PreTokenizers;

namespace Hone.Text.Sources;

/// <summary>A tiktoken rank file: on each line the base64 of a token's bytes, and its rank, which is its id.</summary>
static class RankFile
{
    // The longest of published files have 128 bytes; every cut of a token is looked up.
    const int LongestToken = 256;
    const int MostMerges = 1 << 24;

    public static TokenizerParts Read(string file, string pattern, IReadOnlyDictionary<string, int> special) => TokenizerSource.Reading(file, () =>
    {
        var vocabulary = Tokens(TokenizerSource.Bytes(file));
        var added = special.OrderBy(token => token.Value).Select(token => new AddedToken(token.Value, token.Key) { Special = true });
        return new TokenizerParts
        {
            PreTokenizer = new PatternSplit(new Pattern(pattern, PatternDialect.Rust), SplitBehavior.Removed, invert: true),
            Model = new BytePairModel(new() { Vocabulary = vocabulary, Merges = MergesOf(vocabulary), RawBytes = true, IgnoreMerges = true }),
            Template = Template.Read(null),
            Decoder = new ByteLevelDecoder(),
            Added = AddedTokens.Of([.. added], normalizer: null, vocabulary),
        };
    });

    static Dictionary<string, int> Tokens(ReadOnlySpan<byte> text)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        HashSet<int> ids = [];
        var problems = new ProblemList();
        int number = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].TrimEnd((byte)'\r');
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            string? problem = Line(line, out string token, out int id);
            problem ??= ids.Add(id) ? null : $"repeats the rank {id}";
            problem ??= vocabulary.TryAdd(token, id) ? null : "repeats a token";
            if (problem is not null)
            {
                problems.Add($"Line {number} {problem}.");
            }
        }

        foreach (int missing in Enumerable.Range(0, 256).Where(b => !vocabulary.ContainsKey(ByteAlphabet.Of((byte)b).ToString())))
        {
            problems.Add($"The byte 0x{missing:X2} has no rank, but each byte needs one.");
        }

        problems.Throw();
        return vocabulary;
    }

    // What is wrong with a line, or null.
    static string? Line(ReadOnlySpan<byte> line, out string token, out int id)
    {
        (token, id) = ("", 0);
        int space = line.IndexOf((byte)' ');
        byte[] bytes = new byte[Math.Max(space, 0)];
        if (space < 1 || Base64.DecodeFromUtf8(line[..space], bytes, out _, out int length) != System.Buffers.OperationStatus.Done)
        {
            return "does not begin with the base64 of a token and a space";
        }

        if (!Utf8Parser.TryParse(line[(space + 1)..], out id, out int read) || read != line.Length - space - 1 || id is < 0 or >= TokenId.Most)
        {
            return $"does not end with a rank from 0 to {TokenId.Most - 1}";
        }

        if (length is 0 or > LongestToken)
        {
            return $"has a token of {length} bytes, but a token has 1 to {LongestToken}";
        }

        token = new(Array.ConvertAll(bytes[..length], ByteAlphabet.Of));
        return null;
    }

    // Any two tokens merge that make a token together; the rank of the whole says when.
    static Merges MergesOf(Dictionary<string, int> vocabulary)
    {
        List<(int, int, int, int)> merges = [];
        var lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (token, id) in vocabulary)
        {
            for (int cut = 1; cut < token.Length; cut++)
            {
                if (lookup.TryGetValue(token.AsSpan(0, cut), out int left) && lookup.TryGetValue(token.AsSpan(cut), out int right))
                {
                    merges.Add((left, right, id, id));
                }
            }

            if (merges.Count > MostMerges)
            {
                throw new TokenizerException($"Its tokens are made of other tokens in more than {MostMerges:N0} ways.");
            }
        }

        return new(merges);
    }
}
