using Hone.Models.Configuration;

namespace Hone.Training.Verification;

/// <summary>What the verifications of models and of training read of a case folder.</summary>
static class VerifiedModel
{
    /// <summary>The architecture of the folder's config.json when this build does not run it, else null.</summary>
    /// <exception cref="VerificationException">The file is missing or names no architecture.</exception>
    public static string? MissingArchitecture(string folder)
    {
        var names = LossVerificationValue.Open(folder, DecoderConfigReader.ConfigName)["architectures"];
        string[] known = [.. DecoderConfigReader.Architectures];
        return names.Items is [var name] ? (known.Contains(name.Text) ? null : name.Text) : throw names.Unlike("a list of one architecture");
    }

    public static LossVerificationValue[] Sequences(LossVerificationValue description)
    {
        var sequences = description["sequences"].Items;
        return sequences.Length > 0 ? sequences : throw description["sequences"].Unlike("a list of sequences");
    }

    public static int[] Ids(LossVerificationValue value, int vocabularySize)
    {
        int[] ids = [.. value.Items.Select(id => id.Integer)];
        return ids.Length > 0 && ids.All(id => id >= 0 && id < vocabularySize)
            ? ids
            : throw value.Unlike($"a list of token ids below {vocabularySize}");
    }
}
