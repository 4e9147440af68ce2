using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

public sealed class LossVerificationTests : IDisposable
{
    static readonly string _reference = Path.Combine(AppContext.BaseDirectory, "Material", "losses");

    static readonly string[] _files = ["advantages", "policy-loss", "kl-estimators", "entropy-logprob", "stats"];

    static readonly string[] _damages = ["null", "\"x\"", "[]", "-1", "{}", "1e300", "[[]]"];

    readonly string _folder = Directory.CreateTempSubdirectory("hone-losses-").FullName;

    public LossVerificationTests()
    {
        foreach (string file in Directory.EnumerateFiles(_reference))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }
    }

    public static TheoryData<string> Files => [.. _files];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nothing_disagrees_with_the_reference()
    {
        string[] disagreeing =
        [
            .. LossVerification.Run(_reference)
                .Where(c => c.Status == VerificationStatus.Disagree)
                .Select(c => $"{c.Case} {c.Quantity}: {c.Difference} > {c.Tolerance}"),
        ];

        Assert.Empty(disagreeing);
    }

    [Theory, MemberData(nameof(Files))]
    public void Every_file_is_compared(string file) =>
        Assert.Contains(LossVerification.Run(_reference), c => c.Case.StartsWith(file + "/", StringComparison.Ordinal) && c.Status == VerificationStatus.Agree);

    [Fact]
    public void Every_case_is_built_with_every_quantity()
    {
        Assert.Empty(LossVerification.Run(_reference).Where(c => c.Status == VerificationStatus.NotBuilt).Select(c => $"{c.Case} {c.Quantity}"));
        Assert.Equal(133, LossVerification.Run(_reference).Where(c => c.Case.StartsWith("policy-loss/", StringComparison.Ordinal)).DistinctBy(c => c.Case).Count());
    }

    [Fact]
    public void A_difference_and_its_tolerance_stand_beside_each_quantity_that_was_computed() =>
        Assert.All(LossVerification.Run(_reference), c => Assert.Equal(c.Status != VerificationStatus.NotBuilt, c is { Difference: not null, Tolerance: not null }));

    [Theory]
    [InlineData("policy-loss", "\"loss\": -0.020833333333333332", "\"loss\": -0.020833334", "policy-loss/grpo/on-policy", "loss")]
    [InlineData("stats", "\"mid_p\": 0.03125", "\"mid_p\": 0.03126", "stats/mcnemar_exact-2", "mid_p")]
    [InlineData("advantages", "\"reward\": 0.375", "\"reward\": 0.376", "advantages/grpo/group/binary", "metrics/reward")]
    public void A_changed_number_is_named(string file, string from, string to, string @case, string quantity)
    {
        Replace(file, from, to);

        var found = LossVerification.Run(_folder).First(c => c.Status == VerificationStatus.Disagree);

        Assert.Equal((_folder, @case, quantity), (found.Folder, found.Case, found.Quantity));
        Assert.True(found.Difference > found.Tolerance);
    }

    [Fact]
    public void A_number_where_the_reference_has_none_disagrees_without_a_difference()
    {
        Replace("kl-estimators", "\"k2\": 0.125", "\"k2\": null");

        var found = LossVerification.Run(_folder).Single(c => c.Status == VerificationStatus.Disagree);

        Assert.Equal(("kl-estimators/row-1", "k2", null), (found.Case, found.Quantity, found.Difference));
    }

    [Theory, MemberData(nameof(Files))]
    public void Any_damage_to_a_file_is_answered_with_a_sentence_or_a_verdict(string file)
    {
        string path = Path.Combine(_folder, file + ".json");
        foreach (string other in _files)
        {
            KeepTwoOfEachList(Path.Combine(_folder, other + ".json"));
        }

        string intact = File.ReadAllText(path);
        int places = LossVerificationDamage.Places(intact);
        for (int place = 0; place < places; place++)
        {
            string damage = _damages[place % _damages.Length];
            File.WriteAllText(path, LossVerificationDamage.At(intact, place, damage));
            var error = Record.Exception(() => LossVerification.Run(_folder).ToArray());
            Assert.True(error is null or VerificationException, $"{damage} at place {place}: {error}");
        }
    }

    static void KeepTwoOfEachList(string path) => File.WriteAllText(path, LossVerificationDamage.Shortened(File.ReadAllText(path)));

    [Fact]
    public void An_unknown_loss_is_not_built()
    {
        Replace("policy-loss", "\"loss_type\": \"grpo\"", "\"loss_type\": \"next_year\"");

        Assert.Equal(VerificationStatus.NotBuilt, LossVerification.Run(_folder).Single(c => c.Case == "policy-loss/grpo/on-policy").Status);
    }

    [Theory, MemberData(nameof(Files))]
    public void A_missing_file_is_named(string file)
    {
        File.Delete(Path.Combine(_folder, file + ".json"));

        Assert.Contains(Path.Combine(_folder, file + ".json"), Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy-loss", "\"beta\": 0.0", "\"beta\": \"none\"", "cases[0].settings.beta is not a number")]
    [InlineData("policy-loss", "\"mask\"", "\"musk\"", "cases[0].inputs has no 'mask'")]
    [InlineData("policy-loss", "\"importance_sampling_level\": \"token\"", "\"importance_sampling_level\": \"word\"", "importance_sampling_level is not 'token' or 'sequence'")]
    [InlineData("stats", "\"n\": 1", "\"n\": -1", "cannot be computed")]
    [InlineData("stats", "\"n\": 1", "\"n\": 1.5", "pass_at_k[0].n is not a whole number")]
    [InlineData("advantages", "\"num_generations\": 4", "\"num_generations\": 3", "cases[0].inputs.rewards is not a list of whole groups of 3")]
    [InlineData("kl-estimators", "\"rows\"", "rows", "is not JSON")]
    public void A_malformed_file_is_named_to_the_place(string file, string from, string to, string sentence)
    {
        Replace(file, from, to);

        string message = Message();

        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.Contains(file + ".json", message, StringComparison.Ordinal);
    }

    string Message() => Assert.Throws<VerificationException>(() => LossVerification.Run(_folder).ToArray()).Message;

    void Replace(string file, string from, string to)
    {
        string path = Path.Combine(_folder, file + ".json"), text = File.ReadAllText(path);
        int at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file}.json does not contain {from}");
        File.WriteAllText(path, text[..at] + to + text[(at + from.Length)..]);
    }
}
