using System.Text.Json;

namespace Hone.Text.Models;

/// <summary>Turns one piece of a text into ids. Any thread may use it.</summary>
abstract class TokenModel
{
    public abstract IReadOnlyDictionary<string, int> Vocabulary { get; }

    public abstract void Encode(ReadOnlySpan<char> piece, List<int> ids);

    /// <param name="element">The field "model".</param>
    /// <param name="rawBytes">Pieces come as text whose UTF-8 bytes the vocabulary writes in the byte alphabet.</param>
    public static TokenModel Read(JsonElement element, bool rawBytes)
    {
        var fields = new JsonFields(element, "model");
        string type = fields.FindText("type") ?? "BPE";
        TokenModel model = type switch
        {
            "BPE" => BytePairFields.Read(fields, rawBytes),
            "Unigram" => UnigramModel.Read(fields, rawBytes),
            _ => throw new TokenizerException($"model is of type '{type}', which is not supported; supported are BPE and Unigram."),
        };
        fields.RefuseOthers();
        return model;
    }

    /// <summary>The 256 ids of "&lt;0x00&gt;" … "&lt;0xFF&gt;"; −1 where the vocabulary has none.</summary>
    protected static int[] ByteTokens(IReadOnlyDictionary<string, int> vocabulary) =>
        [.. Enumerable.Range(0, 256).Select(b => vocabulary.TryGetValue($"<0x{b:X2}>", out int id) ? id : -1)];
}
