using System.Text;
using Hone.Text.Patterns;

namespace Hone.Text.Decoders;

/// <summary>Joins all tokens to one text.</summary>
sealed class FuseDecoder : TokenDecoder
{
    public override bool Fuses => true;

    public override List<string> Decode(List<string> tokens) => [string.Concat(tokens)];

    public override TokenDecoding? Begin(bool fused) => new Decoding();

    sealed class Decoding : TokenDecoding
    {
        public override string Push(string token) => token;
    }
}

/// <summary>A space between tokens.</summary>
sealed class SpacedDecoder : TokenDecoder
{
    public override bool Fuses => true;

    public override List<string> Decode(List<string> tokens) => [string.Join(' ', tokens)];

    public override TokenDecoding? Begin(bool fused) => fused ? null : new Decoding();

    sealed class Decoding : TokenDecoding
    {
        bool _any;

        public override string Push(string token)
        {
            string spaced = _any ? " " + token : token;
            _any = true;
            return spaced;
        }
    }
}

/// <summary>Replaces every match of a pattern in each token.</summary>
sealed class ReplaceDecoder(Pattern pattern, string content) : TokenDecoder
{
    public static ReplaceDecoder Read(JsonFields fields) =>
        new(PatternField.Read(fields.Require("pattern"), $"{fields.Path}.pattern"), fields.Text("content"));

    public override List<string> Decode(List<string> tokens)
    {
        long length = 0;
        return tokens.ConvertAll(token =>
        {
            string replaced = Replace(token);
            TextLimit.Require(length += replaced.Length);
            return replaced;
        });
    }

    // A match could go over the end of a piece, unless it is of one character.
    public override TokenDecoding? Begin(bool fused) =>
        fused && pattern.Literal is not { Length: 1 } ? null : new Decoding(this);

    string Replace(string token)
    {
        if (pattern.Literal is not { Length: > 0 } literal)
        {
            return ReplaceMatches(token);
        }

        if (content.Length > literal.Length)
        {
            TextLimit.Require(token.Length + ((long)token.AsSpan().Count(literal.AsSpan()) * (content.Length - literal.Length)));
        }

        return token.Replace(literal, content, StringComparison.Ordinal);
    }

    string ReplaceMatches(string token)
    {
        StringBuilder? result = null;
        int copied = 0;
        foreach (var (start, end) in pattern.Matches(token))
        {
            result = (result ?? new()).Append(token, copied, start - copied).Append(content);
            TextLimit.Require(result.Length);
            copied = end;
        }

        return result?.Append(token, copied, token.Length - copied).ToString() ?? token;
    }

    sealed class Decoding(ReplaceDecoder decoder) : TokenDecoding
    {
        public override string Push(string token) => decoder.Replace(token);
    }
}

/// <summary>The first token loses its visible spaces (unless none is put in front of a text); elsewhere they become spaces.</summary>
sealed class MetaspaceDecoder(char replacement, bool stripsFirst) : TokenDecoder
{
    public override List<string> Decode(List<string> tokens) =>
        [.. tokens.Select((token, i) => Written(token, first: i == 0))];

    public override TokenDecoding? Begin(bool fused) => fused ? null : new Decoding(this);

    string Written(string token, bool first) => first && stripsFirst
        ? token.Replace(replacement.ToString(), "", StringComparison.Ordinal)
        : token.Replace(replacement, ' ');

    sealed class Decoding(MetaspaceDecoder decoder) : TokenDecoding
    {
        bool _any;

        public override string Push(string token)
        {
            string written = decoder.Written(token, first: !_any);
            _any = true;
            return written;
        }
    }
}
