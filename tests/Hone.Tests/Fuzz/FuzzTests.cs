using Hone.Tests.Support;

namespace Hone.Tests.Fuzz;

/// <summary>Damaged files end in a result or in a sentence: never in a crash, a hang or gigabytes.</summary>
public class FuzzTests
{
    const int Few = 100, Many = 2000;

    public static TheoryData<string> Targets => FuzzTargets.Names;

    [Theory]
    [MemberData(nameof(Targets))]
    public void What_is_whole_is_read(string name)
    {
        using var target = FuzzTargets.Create(name);
        using var folder = new Models.TemporaryFolder();
        target.Copy(folder.Path);

        target.Read(folder.Path);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Damage_is_told_in_a_sentence(string name) => Check(name, firstSeed: 1, Few);

    [LongTheory]
    [MemberData(nameof(Targets))]
    public void Much_damage_is_told_in_a_sentence(string name) => Check(name, firstSeed: 1_000_000, Many);

    static void Check(string name, int firstSeed, int count)
    {
        using var target = FuzzTargets.Create(name);

        string[] failures = [.. FuzzRun.Failures(target, firstSeed, count).Take(10)];

        Assert.True(failures.Length == 0, $"{name}: {failures.Length} or more failures\n{string.Join("\n\n", failures)}");
    }
}
