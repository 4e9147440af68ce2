using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

[Trait("Tier", "all")]
public sealed class AdamWVerificationTests : IDisposable
{
    static readonly string _reference = Path.Combine(AppContext.BaseDirectory, "Material", "models", "adamw");

    readonly string _folder = Directory.CreateTempSubdirectory("hone-adamw-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_step_of_every_variant_agrees_with_the_reference()
    {
        VerificationCase[] cases = [.. AdamWVerification.Run(_reference)];

        Assert.Equal(3 * (10 + 2) + 10, cases.Length);
        Assert.Empty(cases.Where(c => c.Status != VerificationStatus.Agree).Select(c => $"{c.Case} {c.Quantity}: {c.Difference} > {c.Tolerance}"));
    }

    [Fact]
    public void A_forgotten_weight_decay_is_a_disagreement()
    {
        Copy("\"weight_decay\": 0.1", "\"weight_decay\": 0.0");

        Assert.Contains(AdamWVerification.Run(_folder), c => c is { Case: "decay", Quantity: "weights, step 1", Status: VerificationStatus.Disagree });
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        Copy("\"no_decay\"", "\"unknown\"");

        var failure = Assert.Throws<VerificationException>(() => AdamWVerification.Run(_folder));

        Assert.Contains("'unknown.1.matrix'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_an_optimizer_folder_is_recognized()
    {
        Assert.True(AdamWVerification.Recognizes(_reference));
        Assert.False(AdamWVerification.Recognizes(Path.Combine(_reference, "..", "sampling")));
    }

    void Copy(string good, string bad)
    {
        File.WriteAllText(
            Path.Combine(_folder, "case.json"),
            File.ReadAllText(Path.Combine(_reference, "case.json")).Replace(good, bad, StringComparison.Ordinal));
        File.Copy(Path.Combine(_reference, "expected.safetensors"), Path.Combine(_folder, "expected.safetensors"));
    }
}
