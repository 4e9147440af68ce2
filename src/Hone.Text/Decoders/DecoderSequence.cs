namespace Hone.Text.Decoders;

/// <summary>Decoders one after another.</summary>
sealed class DecoderSequence(TokenDecoder[] parts) : TokenDecoder
{
    public override bool Fuses => parts.Any(part => part.Fuses);

    public override byte[]? BytesOf(string token) => parts.Select(part => part.BytesOf(token)).FirstOrDefault(bytes => bytes is not null);

    public override List<string> Decode(List<string> tokens) =>
        parts.Aggregate(tokens, (current, part) => part.Decode(current));

    public override TokenDecoding? Begin(bool fused)
    {
        List<TokenDecoding> stages = [];
        foreach (var part in parts)
        {
            if (part.Begin(fused) is not { } stage)
            {
                return null;
            }

            stages.Add(stage);
            fused |= part.Fuses;
        }

        return new Decoding(stages);
    }

    sealed class Decoding(List<TokenDecoding> stages) : TokenDecoding
    {
        public override string Push(string token)
        {
            foreach (var stage in stages)
            {
                token = stage.Push(token);
                if (token.Length == 0)
                {
                    break;
                }
            }

            return token;
        }

        public override string Flush()
        {
            string rest = "";
            foreach (var stage in stages)
            {
                rest = (rest.Length == 0 ? "" : stage.Push(rest)) + stage.Flush();
            }

            return rest;
        }
    }
}

/// <summary>Gathers all tokens and decodes them at the end: for decoders where nothing is sure before.</summary>
sealed class WaitingDecoding(TokenDecoder decoder) : TokenDecoding
{
    readonly List<string> _tokens = [];

    public override string Push(string token)
    {
        _tokens.Add(token);
        return "";
    }

    public override string Flush() => string.Concat(decoder.Decode(_tokens));
}
