using System.Text.Json;
using Hone.Text.Training;

namespace Hone.Text;

/// <summary>Trains a byte-level BPE tokenizer. The same texts and settings give the same files, byte for byte.</summary>
public static class TokenizerTrainer
{
    /// <summary>Writes tokenizer.json and tokenizer_config.json into a folder, which it makes if need be.</summary>
    /// <exception cref="TokenizerException">The settings have problems; the message lists all of them.</exception>
    public static void Train(IEnumerable<string> texts, TokenizerTrainingSettings settings, string outputFolder)
    {
        string[] problems = [.. settings.Problems()];
        if (problems.Length > 0)
        {
            throw new TokenizerException(string.Join(' ', problems));
        }

        var preTokenizer = JsonSerializer.SerializeToElement(TokenizerFiles.PreTokenizer(settings.IndividualDigits));
        var words = TrainingWords.Count(texts, settings.SpecialTokens, preTokenizer);
        List<string> tokens = [.. settings.SpecialTokens, .. ByteTokens()];
        var merges = Learn(words, tokens, settings.VocabularySize);
        TokenizerFiles.Write(outputFolder, settings, tokens, merges);
    }

    static IEnumerable<string> ByteTokens() =>
        Enumerable.Range(0, 256).Select(b => ByteAlphabet.Of((byte)b)).Order().Select(c => c.ToString());

    // Adds each merge's token to the list.
    static List<(int Left, int Right)> Learn(Dictionary<string, long> words, List<string> tokens, int size)
    {
        int firstByte = tokens.Count - 256;
        Dictionary<char, int> symbols = Enumerable.Range(firstByte, 256).ToDictionary(id => tokens[id][0]);
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Count; id++)
        {
            ids[tokens[id]] = id;
        }

        var learner = new MergeLearner(words.OrderBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => (word.Key.Select(c => symbols[c]).ToArray(), word.Value)));
        List<(int Left, int Right)> merges = [];
        while (tokens.Count < size && learner.Next() is { } pair)
        {
            // Two pairs can spell the same token; a special token's text can be spelled as well.
            string merged = tokens[pair.Left] + tokens[pair.Right];
            if (!ids.TryGetValue(merged, out int id))
            {
                ids[merged] = id = tokens.Count;
                tokens.Add(merged);
            }

            learner.Apply(pair, id);
            merges.Add(pair);
        }

        return merges;
    }
}
