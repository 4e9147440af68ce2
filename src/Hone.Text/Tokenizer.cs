using System.Text;
using Hone.Text.Models;
using Hone.Text.Patterns;
using Hone.Text.PreTokenizers;
using Hone.Text.Sources;

namespace Hone.Text;

/// <summary>Text to token ids and back, as a Hugging Face tokenizer.json says. Immutable; any thread may use it.</summary>
public sealed class Tokenizer
{
    readonly TokenizerParts _parts;
    readonly Dictionary<string, int> _ids;
    readonly string?[] _tokens;
    readonly HashSet<int> _special;

    internal Tokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _ids = new(parts.Model.Vocabulary, StringComparer.Ordinal);
        foreach (var token in parts.Added.All)
        {
            _ids[token.Content] = token.Id;
        }

        _tokens = new string?[_ids.Count == 0 ? 0 : _ids.Values.Max() + 1];
        foreach (var (token, id) in _ids)
        {
            _tokens[id] = token;
        }

        _special = [.. parts.Added.All.Where(token => token.Special).Select(token => token.Id)];
    }

    /// <summary>The largest id + 1.</summary>
    public int VocabularySize => _tokens.Length;

    /// <param name="folderOrFile">
    /// tokenizer.json, or the folder that holds it; a folder with vocab.json and merges.txt; a tiktoken rank file of a known name; encoding.json.
    /// </param>
    /// <exception cref="TokenizerException">The file is missing, damaged, or asks for something that is not supported.</exception>
    public static Tokenizer Load(string folderOrFile) => new(TokenizerSource.Read(folderOrFile));

    /// <summary>A tiktoken encoding by its description: rank file, pattern, special tokens.</summary>
    /// <param name="encodingFile">The encoding.json.</param>
    /// <param name="root">Where the rank file is looked for if it is not beside the description.</param>
    /// <exception cref="TokenizerException">A file is missing or damaged.</exception>
    public static Tokenizer LoadEncoding(string encodingFile, string root) => new(EncodingFile.Read(encodingFile, root));

    /// <summary>The ids of a text. Added tokens in it are found whether special or not; lone surrogates count as U+FFFD.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecial">Also puts the file's template (often a begin token) around the text.</param>
    public int[] Encode(string text, bool addSpecial = false)
    {
        List<int> ids = [];
        var pieces = new EncodingSink(_parts.Model, ids);
        text = CodePoints.WellFormed(text);
        foreach (var part in _parts.Added.InRawText.Cut(text))
        {
            if (part.Token is { } token)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodeUncut(text[part.Start..part.End], part.Start == 0, pieces);
            }
        }

        return addSpecial ? _parts.Template.Apply(ids) : [.. ids];
    }

    /// <summary>The ids of a text in which no added token is meant: what looks like one is spelled out.</summary>
    public int[] EncodeOrdinary(string text)
    {
        List<int> ids = [];
        EncodePlain(Normalized(CodePoints.WellFormed(text), out bool atStart).AsMemory(), atStart, new EncodingSink(_parts.Model, ids));
        return [.. ids];
    }

    void EncodeUncut(string text, bool atStart, EncodingSink pieces)
    {
        string normalized = Normalized(text, out bool keptStart);
        foreach (var part in _parts.Added.InNormalizedText.Cut(normalized))
        {
            if (part.Token is { } token)
            {
                pieces.Add(token.Id);
            }
            else
            {
                EncodePlain(normalized.AsMemory(part.Start, part.End - part.Start), atStart && keptStart && part.Start == 0, pieces);
            }
        }
    }

    string Normalized(string text, out bool atStart)
    {
        atStart = true;
        return _parts.Normalizer?.Apply(text, ref atStart) ?? text;
    }

    void EncodePlain(ReadOnlyMemory<char> text, bool atStart, EncodingSink pieces)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (_parts.PreTokenizer is { } preTokenizer)
        {
            preTokenizer.Split(text, atStart, pieces);
        }
        else
        {
            pieces.Add(text, atStart);
        }
    }

    /// <summary>The text of ids. Ids outside the vocabulary give nothing; bytes that are no UTF-8 give U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = false)
    {
        List<string> tokens = new(ids.Length);
        long length = 0;
        foreach (int id in ids)
        {
            if (Shown(id, skipSpecial) is { } token)
            {
                tokens.Add(token);
                TextLimit.Require(length += token.Length);
            }
        }

        return string.Concat(_parts.Decoder.Decode(tokens));
    }

    public StreamDecoder Stream(bool skipSpecial) =>
        new(this, _parts.Decoder.Begin(fused: false) ?? new Decoders.WaitingDecoding(_parts.Decoder), skipSpecial);

    public int? IdOf(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>The token as the vocabulary writes it (bytes in GPT-2's alphabet); null if there is none with this id.</summary>
    public string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    /// <summary>The bytes that a token adds to a text which goes on; null for special tokens and for ids without a token.</summary>
    public byte[]? BytesOf(int id)
    {
        if (Shown(id, skipSpecial: true) is not { } token)
        {
            return null;
        }

        if (_parts.Decoder.BytesOf(token) is { } bytes)
        {
            return bytes;
        }

        // At the very beginning of a text it may be written differently: what counts is what it adds to itself.
        string once = Decode([id]), twice = Decode([id, id]);
        return twice.StartsWith(once, StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(twice[once.Length..]) : null;
    }

    public bool IsSpecial(int id) => _special.Contains(id);

    internal string? Shown(int id, bool skipSpecial) => skipSpecial && IsSpecial(id) ? null : TokenOf(id);

    sealed class EncodingSink(TokenModel model, List<int> ids) : PieceSink
    {
        public void Add(int id) => ids.Add(id);

        public override void Add(ReadOnlyMemory<char> piece, bool atStart) => model.Encode(piece.Span, ids);
    }
}
