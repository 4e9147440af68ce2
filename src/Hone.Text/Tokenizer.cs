using System.Text.Json;
using Hone.Text.Decoders;
using Hone.Text.Models;
using Hone.Text.Normalizers;
using Hone.Text.Patterns;
using Hone.Text.PostProcessors;
using Hone.Text.PreTokenizers;

namespace Hone.Text;

/// <summary>Text to token ids and back, as a Hugging Face tokenizer.json says. Immutable; any thread may use it.</summary>
public sealed class Tokenizer
{
    readonly Normalizer? _normalizer;
    readonly PreTokenizer? _preTokenizer;
    readonly BytePairModel _model;
    readonly Template _template;
    readonly TokenDecoder _decoder;
    readonly AddedTokens _added;
    readonly Dictionary<string, int> _ids;
    readonly string?[] _tokens;
    readonly HashSet<int> _special;

    Tokenizer(JsonFields file)
    {
        // Written by those who pad batches; the text of a prompt is never cut or filled up here.
        file.Find("truncation");
        file.Find("padding");
        file.FindText("version");

        _normalizer = Normalizer.Read(file.Find("normalizer"), "normalizer");
        _preTokenizer = PreTokenizer.Read(file.Find("pre_tokenizer"), "pre_tokenizer");
        _model = BytePairModel.Read(file.Require("model"));
        _template = Template.Read(file.Find("post_processor"));
        _decoder = TokenDecoder.Read(file.Find("decoder"));
        _added = AddedTokens.Read(file.Find("added_tokens"), _normalizer, _model.Vocabulary);
        file.RefuseOthers();

        _ids = new(_model.Vocabulary, StringComparer.Ordinal);
        foreach (var token in _added.All)
        {
            _ids[token.Content] = token.Id;
        }

        _tokens = new string?[_ids.Count == 0 ? 0 : _ids.Values.Max() + 1];
        foreach (var (token, id) in _ids)
        {
            _tokens[id] = token;
        }

        _special = [.. _added.All.Where(token => token.Special).Select(token => token.Id)];
    }

    /// <summary>The largest id + 1.</summary>
    public int VocabularySize => _tokens.Length;

    /// <param name="folderOrFile">tokenizer.json, or the folder that holds it.</param>
    /// <exception cref="TokenizerException">The file is missing, damaged, or asks for something that is not supported.</exception>
    public static Tokenizer Load(string folderOrFile)
    {
        string file = Directory.Exists(folderOrFile) ? Path.Combine(folderOrFile, "tokenizer.json") : folderOrFile;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            return new(new JsonFields(json.RootElement, "the top level"));
        }
        catch (TokenizerException problem)
        {
            throw new TokenizerException($"{file}: {problem.Message}", problem);
        }
        catch (JsonException problem)
        {
            throw new TokenizerException($"{file} is not JSON: {problem.Message}", problem);
        }
        catch (IOException problem)
        {
            throw new TokenizerException($"The tokenizer {file} cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>The ids of a text. Added tokens in it are found whether special or not; lone surrogates count as U+FFFD.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecial">Also puts the file's template (often a begin token) around the text.</param>
    public int[] Encode(string text, bool addSpecial = false)
    {
        List<int> ids = [];
        text = CodePoints.WellFormed(text);
        foreach (var part in _added.InRawText.Cut(text))
        {
            if (part.Token is { } token)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodeUncut(text[part.Start..part.End], ids);
            }
        }

        return addSpecial ? _template.Apply(ids) : [.. ids];
    }

    void EncodeUncut(string text, List<int> ids)
    {
        string normalized = _normalizer?.Apply(text) ?? text;
        foreach (var part in _added.InNormalizedText.Cut(normalized))
        {
            if (part.Token is { } token)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodePlain(normalized.AsMemory(part.Start, part.End - part.Start), ids);
            }
        }
    }

    void EncodePlain(ReadOnlyMemory<char> text, List<int> ids)
    {
        List<ReadOnlyMemory<char>> pieces = [];
        if (_preTokenizer is null)
        {
            pieces.Add(text);
        }
        else
        {
            _preTokenizer.Split(text, pieces);
        }

        foreach (var piece in pieces)
        {
            _model.Encode(piece.Span, ids);
        }
    }

    /// <summary>The text of ids. Ids outside the vocabulary give nothing; bytes that are no UTF-8 give U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = false)
    {
        List<string> tokens = new(ids.Length);
        foreach (int id in ids)
        {
            if (Shown(id, skipSpecial) is { } token)
            {
                tokens.Add(token);
            }
        }

        return _decoder.Decode(tokens);
    }

    public StreamDecoder Stream(bool skipSpecial) => new(this, _decoder.Begin(), skipSpecial);

    public int? IdOf(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>The token as the vocabulary writes it (bytes in GPT-2's alphabet); null if there is none with this id.</summary>
    public string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    public bool IsSpecial(int id) => _special.Contains(id);

    internal string? Shown(int id, bool skipSpecial) => skipSpecial && IsSpecial(id) ? null : TokenOf(id);
}
