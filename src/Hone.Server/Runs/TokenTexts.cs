using System.Collections.Concurrent;
using Hone.Text;

namespace Hone.Server.Runs;

/// <summary>Turns token ids into text, by the tokenizer of the model that wrote them.</summary>
sealed class TokenTexts
{
    const int MostKept = 16;

    readonly ConcurrentDictionary<string, Lazy<Tokenizer?>> _tokenizers = new(StringComparer.Ordinal);

    /// <summary>What each token adds to the text; null where the model's tokenizer is not there (any more). Part of a character is "".</summary>
    public IReadOnlyList<string>? Of(string modelFolder, ReadOnlySpan<int> ids)
    {
        if (_tokenizers.Count > MostKept)
        {
            _tokenizers.Clear();
        }

        if (_tokenizers.GetOrAdd(modelFolder, folder => new(() => Load(folder))).Value is not { } tokenizer)
        {
            _tokenizers.TryRemove(modelFolder, out _);
            return null;
        }

        var stream = tokenizer.Stream(skipSpecial: false);
        string[] texts = new string[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            texts[i] = stream.Push(ids[i]);
        }

        if (texts.Length > 0)
        {
            texts[^1] += stream.Flush();
        }

        return texts;
    }

    static Tokenizer? Load(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Tokenizer.Load(folder) : null;
        }
        catch (TokenizerException)
        {
            return null;
        }
    }
}
