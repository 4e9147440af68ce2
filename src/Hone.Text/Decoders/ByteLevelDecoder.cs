using System.Text;

namespace Hone.Text.Decoders;

/// <summary>Joins the bytes of all tokens and reads them as UTF-8; each maximal ill-formed part becomes one U+FFFD.</summary>
sealed class ByteLevelDecoder : TokenDecoder
{
    public override bool Fuses => true;

    public override byte[]? BytesOf(string token) => ByteAlphabet.Read(token);

    public override List<string> Decode(List<string> tokens) =>
        [Encoding.UTF8.GetString([.. tokens.SelectMany(ByteAlphabet.Read)])];

    public override TokenDecoding? Begin(bool fused) => fused ? null : new Decoding();

    sealed class Decoding : TokenDecoding
    {
        // Keeps the bytes of an unfinished character between calls.
        readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();

        public override string Push(string token) => Convert(ByteAlphabet.Read(token), flush: false);

        public override string Flush() => Convert([], flush: true);

        string Convert(byte[] bytes, bool flush)
        {
            // A held-back start of a character can add one U+FFFD to what the new bytes give.
            char[] text = new char[bytes.Length + 2];
            return new(text, 0, _utf8.GetChars(bytes, text, flush));
        }
    }
}
