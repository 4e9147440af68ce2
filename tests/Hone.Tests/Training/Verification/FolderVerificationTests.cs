using Hone.Tests.Models;
using Hone.Tests.Support;
using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

[Trait("Tier", "all")]
public sealed class FolderVerificationTests
{
    static readonly string _material = Path.Combine(AppContext.BaseDirectory, "Material");

    [Fact]
    public void A_folder_of_folders_is_searched_and_every_kind_in_it_is_compared()
    {
        VerificationCase[] cases = [.. FolderVerification.Run([_material])];

        Assert.Empty(ReferenceCopy.Disagreeing(cases));
        Assert.Equal(
            ["adamw", "full-qwen3", "llama3", "lora-qwen3", "losses", "qwen3", "qwen3-bf16-sharded", "sampling", "trl-steps"],
            cases.Where(c => c.Status == VerificationStatus.Agree).Select(c => Path.GetFileName(c.Folder)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Several_folders_are_compared_in_the_order_given() => Assert.Equal(
        ["sampling", "adamw"],
        FolderVerification.Run([GoldenModels.Folder("sampling"), GoldenModels.Folder("adamw")]).Select(c => Path.GetFileName(c.Folder)).Distinct());

    [SharedFact]
    public void Everything_that_this_build_has_agrees_with_all_references()
    {
        VerificationCase[] cases = [.. FolderVerification.Run([SharedFolder.In("golden")])];

        Assert.Empty(ReferenceCopy.Disagreeing(cases));
        Assert.All(
            [
                "llama", "llama3", "qwen3", "qwen3-bf16-sharded", "lora-llama", "lora-qwen3", "full-qwen3", "trl-steps", "losses", "adamw",
                "sampling", "gemma2", "qwen3_moe", "gpt_oss", "gpt_oss-mxfp4", "templates", "unigram",
            ],
            name => Assert.Contains(cases, c => c.Status == VerificationStatus.Agree && Path.GetFileName(c.Folder) == name));
        Assert.All(cases.Where(c => c.Status == VerificationStatus.NotBuilt), c => Assert.Equal("losses", Path.GetFileName(c.Folder)));
    }

    [Fact]
    public void A_folder_without_reference_numbers_is_answered_with_a_sentence()
    {
        using var empty = new TemporaryFolder();

        var failure = Assert.Throws<VerificationException>(() => FolderVerification.Run([empty.Path]).ToArray());

        Assert.Contains($"{empty.Path} has no reference numbers", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_answered_with_a_sentence() => Assert.Contains(
        "nowhere does not exist", Assert.Throws<VerificationException>(() => FolderVerification.Run(["nowhere"]).ToArray()).Message, StringComparison.Ordinal);
}
