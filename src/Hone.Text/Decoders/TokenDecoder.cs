using System.Text.Json;

namespace Hone.Text.Decoders;

/// <summary>One step of the way from tokens back to text.</summary>
abstract class TokenDecoder
{
    const string Supported = "ByteLevel, Metaspace, Replace, ByteFallback, Fuse, Strip and Sequence";

    /// <summary>The texts that a list of tokens (or texts of the step before) becomes; joined, they are what was meant.</summary>
    public abstract List<string> Decode(List<string> tokens);

    /// <param name="fused">Tokens reach this step as one text, however many pieces it comes in.</param>
    /// <returns>A decoding of one text that gets its tokens one by one; null if nothing is sure before the end.</returns>
    public abstract TokenDecoding? Begin(bool fused);

    /// <summary>The bytes of a token that stands for bytes rather than characters, else null.</summary>
    public virtual byte[]? BytesOf(string token) => null;

    /// <summary>What comes out of this step is one text.</summary>
    public virtual bool Fuses => false;

    /// <summary>The decoder that tokenizer.json describes. Without one, tokens stand with spaces between them.</summary>
    public static TokenDecoder Read(JsonElement? element, string path)
    {
        if (element is null)
        {
            return new SpacedDecoder();
        }

        var fields = new JsonFields(element.Value, path);
        string type = fields.Text("type");
        TokenDecoder decoder;
        switch (type)
        {
            case "ByteLevel":
                // These three concern the other direction.
                fields.Ignore("add_prefix_space", "trim_offsets", "use_regex");
                decoder = new ByteLevelDecoder();
                break;
            case "Metaspace":
                fields.Ignore("str_rep", "split");
                decoder = new MetaspaceDecoder(MetaspaceFields.Replacement(fields), MetaspaceFields.Prefix(fields) != MetaspacePrefix.Never);
                break;
            case "Replace":
                decoder = ReplaceDecoder.Read(fields);
                break;
            case "ByteFallback":
                decoder = new ByteFallbackDecoder();
                break;
            case "Fuse":
                decoder = new FuseDecoder();
                break;
            case "Strip":
                decoder = StripDecoder.Read(fields);
                break;
            case "Sequence":
                decoder = new DecoderSequence(fields.Parts("decoders", (item, at) => Read(item, at)));
                break;
            default:
                throw new TokenizerException($"{path} is a '{type}' decoder, which is not supported; supported are {Supported}.");
        }

        fields.RefuseOthers();
        return decoder;
    }
}

/// <summary>One decoding that gets its tokens one by one. What it has given out is never taken back.</summary>
abstract class TokenDecoding
{
    /// <summary>Everything that no later token can change.</summary>
    public abstract string Push(string token);

    /// <summary>The rest, at the end.</summary>
    public virtual string Flush() => "";
}
