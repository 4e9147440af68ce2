using System.Text.Json;

namespace Hone.Text.Normalizers;

/// <summary>A rewriting of text before it is split. Text has no lone surrogates, before and after.</summary>
abstract class Normalizer
{
    public abstract string Apply(string text);

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
            "Lowercase" => new Lowercase(),
            "Prepend" => new Prepend(fields.Text("prepend")),
            "Replace" => Replace.Read(fields),
            "Sequence" => new NormalizerSequence(
                [.. fields.Items("normalizers").Select((item, i) => Read(item, $"{path}.normalizers[{i}]")!)]),
            _ => throw new TokenizerException(
                $"{path} in tokenizer.json is a '{type}' normalizer, which is not supported; supported are NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace and Sequence."),
        };
        fields.RefuseOthers();
        return normalizer;
    }
}

sealed class NormalizerSequence(Normalizer[] normalizers) : Normalizer
{
    public override string Apply(string text) => normalizers.Aggregate(text, (current, next) => next.Apply(current));
}
