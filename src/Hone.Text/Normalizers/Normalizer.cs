using System.Text.Json;

namespace Hone.Text.Normalizers;

/// <summary>A rewriting of text before it is split. Text has no lone surrogates, before and after.</summary>
abstract class Normalizer
{
    const string Supported = "NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Lowercase, Strip, StripAccents, Prepend, Replace, ByteLevel and Sequence";

    /// <param name="text">Any text, not empty or empty.</param>
    /// <param name="atStart">
    /// Whether the text begins where the user's text does; set to false when its beginning is dropped, on which Metaspace with "first" depends.
    /// </param>
    public abstract string Apply(string text, ref bool atStart);

    public string Apply(string text)
    {
        bool atStart = true;
        return Apply(text, ref atStart);
    }

    /// <summary>The normalizer that tokenizer.json describes; null when it has none.</summary>
    public static Normalizer? Read(JsonElement? element, string path)
    {
        if (element is null)
        {
            return null;
        }

        var fields = new JsonFields(element.Value, path);
        string type = fields.Text("type");
        Normalizer normalizer = type switch
        {
            "NFC" => new UnicodeForm(compatible: false, compose: true),
            "NFD" => new UnicodeForm(compatible: false, compose: false),
            "NFKC" => new UnicodeForm(compatible: true, compose: true),
            "NFKD" => new UnicodeForm(compatible: true, compose: false),
            "Nmt" => new Nmt(),
            "Precompiled" => Precompiled.Read(fields),
            "Lowercase" => new Lowercase(),
            "Strip" => new Strip(fields.Flag("strip_left", absent: true), fields.Flag("strip_right", absent: true)),
            "StripAccents" => new StripAccents(),
            "Prepend" => new Prepend(fields.Text("prepend")),
            "Replace" => Replace.Read(fields),
            "ByteLevel" => new ByteLevel(),
            "Sequence" => new NormalizerSequence(fields.Parts("normalizers", (item, at) => Read(item, at)!)),
            _ => throw new TokenizerException($"{path} is a '{type}' normalizer, which is not supported; supported are {Supported}."),
        };
        fields.RefuseOthers();
        return normalizer;
    }
}

sealed class NormalizerSequence(Normalizer[] normalizers) : Normalizer
{
    public override string Apply(string text, ref bool atStart)
    {
        foreach (var normalizer in normalizers)
        {
            text = normalizer.Apply(text, ref atStart);
            TextLimit.Require(text.Length);
        }

        return text;
    }
}
