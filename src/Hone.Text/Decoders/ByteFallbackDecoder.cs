using System.Globalization;
using System.Text;

namespace Hone.Text.Decoders;

/// <summary>Tokens such as "&lt;0xE4&gt;" are bytes; a run of them is read as UTF-8. If the run is ill-formed, each of its bytes becomes U+FFFD.</summary>
/// <remarks>Id by id, characters come as soon as they are complete, so that those before an ill-formed part are already out.</remarks>
sealed class ByteFallbackDecoder : TokenDecoder
{
    const char Replacement = '\uFFFD';

    static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override List<string> Decode(List<string> tokens)
    {
        List<string> texts = [];
        List<byte> run = [];
        foreach (string token in tokens)
        {
            if (ByteOf(token) is { } value)
            {
                run.Add(value);
                continue;
            }

            EndRun(run, texts);
            texts.Add(token);
        }

        EndRun(run, texts);
        return texts;
    }

    public override byte[]? BytesOf(string token) => ByteOf(token) is { } value ? [value] : null;

    public override TokenDecoding? Begin(bool fused) => fused ? null : new Decoding();

    static void EndRun(List<byte> run, List<string> texts)
    {
        if (run.Count == 0)
        {
            return;
        }

        try
        {
            texts.Add(_strict.GetString([.. run]));
        }
        catch (DecoderFallbackException)
        {
            texts.AddRange(Enumerable.Repeat(Replacement.ToString(), run.Count));
        }

        run.Clear();
    }

    static byte? ByteOf(string token) =>
        token is ['<', '0', 'x', _, _, '>']
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : null;

    sealed class Decoding : TokenDecoding
    {
        readonly List<byte> _run = [];

        public override string Push(string token)
        {
            if (ByteOf(token) is not { } value)
            {
                return Flush() + token;
            }

            _run.Add(value);
            return Complete();
        }

        public override string Flush()
        {
            string rest = new(Replacement, _run.Count);
            _run.Clear();
            return rest;
        }

        // Whole characters at the front; a byte that neither starts nor continues one is U+FFFD.
        string Complete()
        {
            var text = new StringBuilder();
            while (_run.Count > 0)
            {
                var status = Rune.DecodeFromUtf8([.. _run], out var rune, out int length);
                if (status == System.Buffers.OperationStatus.NeedMoreData)
                {
                    break;
                }

                bool whole = status == System.Buffers.OperationStatus.Done;
                _ = whole ? text.Append(rune) : text.Append(Replacement);
                _run.RemoveRange(0, whole ? length : 1);
            }

            return text.ToString();
        }
    }
}
