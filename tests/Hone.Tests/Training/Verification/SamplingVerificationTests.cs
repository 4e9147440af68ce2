using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

[Trait("Tier", "all")]
public sealed class SamplingVerificationTests : IDisposable
{
    static readonly string _reference = Path.Combine(AppContext.BaseDirectory, "Material", "models", "sampling");

    readonly string _folder = Directory.CreateTempSubdirectory("hone-sampling-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_combination_agrees_with_the_reference()
    {
        VerificationCase[] cases = [.. SamplingVerification.Run(_reference)];

        Assert.Equal(140, cases.Length);
        Assert.Empty(cases.Where(c => c.Status != VerificationStatus.Agree).Select(c => $"{c.Case} {c.Quantity}: {c.Difference} > {c.Tolerance}"));
    }

    [Fact]
    public void The_wrong_filter_is_a_disagreement_of_probabilities_and_of_dropped_tokens()
    {
        Copy(text => text.Replace("\"top_p\": 0.9,", "\"top_p\": 0.8,", StringComparison.Ordinal));

        string[] wrong = [.. SamplingVerification.Run(_folder).Where(c => c.Status == VerificationStatus.Disagree).Select(c => c.Quantity).Distinct()];

        Assert.Equal(["probabilities", "dropped tokens"], wrong);
    }

    [Theory]
    [InlineData("\"row\": 0", "\"row\": 9")]
    [InlineData("\"top_p\": 0.9,", "\"top_p\": 7,")]
    [InlineData("[1, 2, 2, 17, 40]", "[1, 2, 2, 17, 400]")]
    public void Settings_that_make_no_sense_are_one_sentence(string good, string bad)
    {
        Copy(text => text.Replace(good, bad, StringComparison.Ordinal));

        Assert.Throws<VerificationException>(() => SamplingVerification.Run(_folder));
    }

    [Fact]
    public void Only_a_sampling_folder_is_recognized()
    {
        Assert.True(SamplingVerification.Recognizes(_reference));
        Assert.False(SamplingVerification.Recognizes(Path.Combine(_reference, "..", "adamw")));
        Assert.False(SamplingVerification.Recognizes(_folder));
    }

    void Copy(Func<string, string> change)
    {
        File.WriteAllText(Path.Combine(_folder, "case.json"), change(File.ReadAllText(Path.Combine(_reference, "case.json"))));
        File.Copy(Path.Combine(_reference, "expected.safetensors"), Path.Combine(_folder, "expected.safetensors"));
    }
}
