using System.Text.Json;
using Hone.Text;

namespace Hone.Training.Verification;

/// <summary>Compares single normalizers, pre-tokenizers and decoders with rows of reference.</summary>
public static class TokenizerComponentVerification
{
    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) => File.Exists(Path.Combine(folder, "pre_tokenizers.jsonl"));

    /// <summary>For each file how many of its rows differ, with the rows that do.</summary>
    /// <exception cref="VerificationException">A file is missing or does not have the layout.</exception>
    public static IEnumerable<VerificationCase> Run(string folder) =>
        Compare(folder, "normalizers.jsonl", "text", row =>
            TokenizerComponents.Normalize(row.GetProperty("normalizer"), Text(row, "text")) == Text(row, "normalized"))
        .Concat(Compare(folder, "pre_tokenizers.jsonl", "pieces", row =>
            TokenizerComponents.Split(row.GetProperty("pre_tokenizer"), Text(row, "text")).SequenceEqual(
                row.GetProperty("pieces").EnumerateArray().Select(piece => piece[0].GetString()!))))
        .Concat(Compare(folder, "decoders.jsonl", "text", row =>
            TokenizerComponents.Decode(row.GetProperty("decoder"), row.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!))
            == Text(row, "decoded")));

    static IEnumerable<VerificationCase> Compare(string folder, string file, string quantity, Func<JsonElement, bool> agrees) =>
        File.Exists(Path.Combine(folder, file)) ? ReferenceRows.Compare(folder, file, "", _ => true, (quantity, agrees)) : [];

    static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
