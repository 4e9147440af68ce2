using Hone.Tests.Models;
using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

public sealed class DamagedDescriptionTests
{
    static readonly string[] _damages = ["null", "\"x\"", "[]", "-1", "{}", "1e300", "[[]]"];

    public static TheoryData<string, string> Descriptions => new()
    {
        { GoldenModels.Folder("qwen3"), "case.json" },
        { GoldenModels.Folder("lora-qwen3"), "case.json" },
        { Path.Combine(AppContext.BaseDirectory, "Material", "trl-steps"), "trace.json" },
    };

    [Theory, MemberData(nameof(Descriptions))]
    public void Any_damage_is_answered_with_a_sentence_or_a_verdict(string folder, string file)
    {
        using var copy = new ReferenceCopy(folder);
        string path = Path.Combine(copy.Folder, file), intact = File.ReadAllText(path);
        int places = LossVerificationDamage.Places(intact);
        for (int place = 0; place < places; place++)
        {
            string damage = _damages[place % _damages.Length];
            File.WriteAllText(path, LossVerificationDamage.At(intact, place, damage));
            var error = Record.Exception(() => FolderVerification.Run([copy.Folder]).ToArray());
            Assert.True(error is null or VerificationException, $"{damage} at place {place}: {error}");
        }
    }
}
