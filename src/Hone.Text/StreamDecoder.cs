using Hone.Text.Decoders;

namespace Hone.Text;

/// <summary>Decodes ids as they are sampled. The pieces joined are the text that <see cref="Tokenizer.Decode"/> gives.</summary>
/// <remarks>A piece is as long as it can be at its time and never ends inside a character. Not for several threads.</remarks>
public sealed class StreamDecoder
{
    readonly Tokenizer _tokenizer;
    readonly TokenDecoding _decoding;
    readonly bool _skipSpecial;

    internal StreamDecoder(Tokenizer tokenizer, TokenDecoding decoding, bool skipSpecial)
    {
        _tokenizer = tokenizer;
        _decoding = decoding;
        _skipSpecial = skipSpecial;
    }

    /// <summary>The text that this id completes; often empty.</summary>
    public string Push(int id) => _tokenizer.Shown(id, _skipSpecial) is { } token ? _decoding.Push(token) : "";

    /// <summary>What is left at the end: U+FFFD for a character that no id completed, else nothing.</summary>
    public string Flush() => _decoding.Flush();
}
