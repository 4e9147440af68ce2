using System.Text;

namespace Hone.Text.Decoders;

/// <summary>Takes up to so many of one character from the start and the end of each token, or of the one text that they were fused to.</summary>
sealed class StripDecoder(char content, int start, int stop) : TokenDecoder
{
    public static StripDecoder Read(JsonFields fields)
    {
        string content = fields.Text("content");
        int start = fields.Whole("start"), stop = fields.Whole("stop");
        return content is [var c] && !char.IsSurrogate(c) && start >= 0 && stop >= 0
            ? new(c, start, stop)
            : throw new TokenizerException($"{fields.Path} needs one character as content, and counts of 0 or more.");
    }

    public override List<string> Decode(List<string> tokens) => tokens.ConvertAll(Stripped);

    public override TokenDecoding? Begin(bool fused) => fused ? new FusedDecoding(content, start, stop) : new EachDecoding(this);

    string Stripped(string token)
    {
        int first = 0, last = token.Length;
        while (first < Math.Min(start, token.Length) && token[first] == content)
        {
            first++;
        }

        while (token.Length - last < stop && last > first && token[last - 1] == content)
        {
            last--;
        }

        return token[first..last];
    }

    sealed class EachDecoding(StripDecoder decoder) : TokenDecoding
    {
        public override string Push(string token) => decoder.Stripped(token);
    }

    sealed class FusedDecoding(char content, int start, int stop) : TokenDecoding
    {
        readonly StringBuilder _held = new();
        int _left = start;

        public override string Push(string token)
        {
            int first = 0;
            while (_left > 0 && first < token.Length && token[first] == content)
            {
                first++;
                _left--;
            }

            _left = first < token.Length ? 0 : _left;
            if (stop == 0)
            {
                return token[first..];
            }

            // The end may be near: up to so many of the character wait.
            string text = _held.Append(token, first, token.Length - first).ToString();
            int last = text.Length;
            while (text.Length - last < stop && last > 0 && text[last - 1] == content)
            {
                last--;
            }

            _held.Clear().Append(text, last, text.Length - last);
            return text[..last];
        }
    }
}
