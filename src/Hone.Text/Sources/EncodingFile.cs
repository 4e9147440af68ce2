using System.Globalization;
using System.Text.Json;

namespace Hone.Text.Sources;

/// <summary>encoding.json: a rank file by name, the pattern that splits text, and the special tokens.</summary>
static class EncodingFile
{
    public const string Name = "encoding.json";

    const int MostReserved = 1 << 20, LongestReserved = 256;

    /// <param name="file">The description.</param>
    /// <param name="root">Where the rank file is looked for if it is not beside the description.</param>
    public static TokenizerParts Read(string file, string? root)
    {
        var (ranks, pattern, special) = TokenizerSource.Reading(file, () =>
        {
            using var json = JsonDocument.Parse(TokenizerSource.Bytes(file));
            return Fields(new(json.RootElement, "the top level"));
        });
        string beside = Path.Combine(Path.GetDirectoryName(file) ?? "", ranks);
        string found = File.Exists(beside) || root is null ? beside : Path.Combine(root, ranks);
        return RankFile.Read(found, pattern, special);
    }

    static (string Ranks, string Pattern, Dictionary<string, int> Special) Fields(JsonFields fields)
    {
        fields.Ignore("name");
        string ranks = RanksOf(fields), pattern = fields.Text("pattern");
        Dictionary<string, int> special = new(StringComparer.Ordinal);
        foreach (var (token, id) in JsonFields.AsMembers(fields.Require("special_tokens"), "special_tokens"))
        {
            special[token] = TokenId.Read(id, $"special_tokens['{token}']");
        }

        if (fields.FindText("reserved") is { } reserved)
        {
            AddReserved(reserved, special);
        }

        fields.RefuseOthers();
        return (ranks, pattern, special);
    }

    // A description comes from a download: it must not make Hone open files elsewhere on the machine.
    static string RanksOf(JsonFields fields)
    {
        string ranks = fields.Text("ranks");
        return ranks.Length > 0 && !Path.IsPathRooted(ranks) && !ranks.Contains('\0') && !ranks.Split('/', '\\').Contains("..")
            ? ranks
            : throw new TokenizerException($"ranks is '{ranks}', but needs to be the name of a file beside the description.");
    }

    // "<|reserved_N|> has id N for N = 200000, 200009..200011": numbers and ranges that ids are spelled with.
    static void AddReserved(string reserved, Dictionary<string, int> special)
    {
        const string Middle = " has id N for N = ";
        string[] halves = reserved.Split(Middle);
        if (halves is not [{ Length: <= LongestReserved } name, var numbers] || !name.Contains('N', StringComparison.Ordinal))
        {
            throw new TokenizerException($"reserved is '{reserved}', but needs to be a token with N in it, '{Middle}', and numbers or ranges.");
        }

        long count = 0;
        foreach (string range in numbers.Split(", "))
        {
            string[] ends = range.Split("..");
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || last >= TokenId.Most)
            {
                throw new TokenizerException($"reserved names '{range}', but needs numbers and ranges of token ids, such as 7 or 9..11.");
            }

            if ((count += Math.Max(0, last - first + 1)) > MostReserved)
            {
                throw new TokenizerException($"reserved names more than {MostReserved:N0} tokens.");
            }

            for (int id = first; id <= last; id++)
            {
                special[name.Replace("N", id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)] = id;
            }
        }
    }
}
