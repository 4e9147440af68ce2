using System.Text.Json;

namespace Hone.Text.Decoders;

/// <summary>Turns tokens back into text.</summary>
abstract class TokenDecoder
{
    public abstract string Decode(IEnumerable<string> tokens);

    public abstract TokenDecoding Begin();

    public static TokenDecoder Read(JsonElement? element)
    {
        const string Supported = "supported is ByteLevel";
        if (element is null)
        {
            throw new TokenizerException($"tokenizer.json has no decoder, so ids cannot become text again; {Supported}.");
        }

        var fields = new JsonFields(element.Value, "decoder");
        string type = fields.Text("type");
        if (type != "ByteLevel")
        {
            throw new TokenizerException($"decoder in tokenizer.json is a '{type}' decoder, which is not supported; {Supported}.");
        }

        // These three concern the other direction.
        fields.Flag("add_prefix_space");
        fields.Flag("trim_offsets");
        fields.Flag("use_regex");
        fields.RefuseOthers();
        return new ByteLevelDecoder();
    }
}

/// <summary>One decoding that gets its tokens one by one. What it has given out is never taken back.</summary>
abstract class TokenDecoding
{
    /// <summary>Everything that no later token can change.</summary>
    public abstract string Push(string token);

    /// <summary>The rest, at the end.</summary>
    public abstract string Flush();
}
