using System.Security.Cryptography;
using System.Text;
using Hone.Jobs;
using Hone.Jobs.Exploring;
using Hone.Models.Encryption;
using Hone.Models.Weights;

namespace Hone.Tests.Jobs;

/// <summary>A run in a folder that has a key says the same as one that has none, and shows nothing.</summary>
public sealed class SealedRunTests : IDisposable
{
    readonly TestFolder _folder = new();
    readonly EncryptionKey _key = new(RandomNumberGenerator.GetBytes(EncryptionKey.Bytes));

    public static TheoryData<RolloutQuery> Queries =>
    [
        new(), new() { Text = "ANSWER 7" }, new() { Text = "What is 3" }, new() { Text = "overran" }, new() { Text = "100%" },
        new() { LeastTokens = 4 }, new() { MostTokens = 3 }, new() { LeastTokens = 3, MostTokens = 5, Order = RolloutOrder.Shortest },
        new() { Order = RolloutOrder.Longest, Limit = 4 }, new() { Faulty = true }, new() { Order = RolloutOrder.HighestReward, LeastReward = 0.5 },
    ];

    [Theory, MemberData(nameof(Queries))]
    public void Rollouts_are_found_in_a_sealed_run_as_in_a_plain_one(RolloutQuery query)
    {
        var (plain, hidden) = (Read(Write("plain"), query), Read(Write("sealed", _key), query));

        Assert.Equal(plain, hidden);
    }

    [Fact]
    public void A_run_that_began_without_a_key_goes_on_with_one()
    {
        string path = Write("run", half: true);
        SealedFile.Protect(path, _key);

        Assert.Equal(Read(Write("plain"), new()), Read(Write("run"), new()));
    }

    [Fact]
    public void Nothing_of_a_sealed_run_can_be_read_and_another_key_is_told()
    {
        string path = Write("sealed", _key);
        foreach (string file in Directory.GetFiles(path, "*", SearchOption.AllDirectories))
        {
            string content = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.DoesNotContain("answer", content);
            Assert.DoesNotContain("What is", content);
            Assert.DoesNotContain("overran", content);
        }

        SealedFile.Protect(path, null);
        Assert.Contains(EncryptionKey.Variable, Assert.Throws<EncryptionException>(() => RunReader.Open(path)).Message);
        SealedFile.Protect(path, new(RandomNumberGenerator.GetBytes(EncryptionKey.Bytes)));
        Assert.Contains("another key", Assert.Throws<EncryptionException>(() => RunReader.Open(path)).Message);
        SealedFile.Protect(path, null);
    }

    [Fact]
    public void Weights_read_from_a_sealed_file_as_from_a_plain_one()
    {
        float[] values = [.. Enumerable.Range(0, 50_000).Select(i => i * 0.5f)];
        string plain = _folder.In("plain.safetensors"), hidden = Path.Combine(Sealed("sealed"), "a.safetensors");
        foreach (string path in new[] { plain, hidden })
        {
            SafetensorsWriter.Write(path, [TensorContent.F32("w", [50_000], values)]);
        }

        using var file = SafetensorsFile.Open(hidden);

        Assert.Equal(values, file.ReadF32("w"));
        Assert.Equal(File.ReadAllBytes(plain), SealedFile.ReadAllBytes(hidden));
        Assert.DoesNotContain("dtype", Encoding.Latin1.GetString(File.ReadAllBytes(hidden)));
    }

    public void Dispose()
    {
        SealedFile.Protect(_folder.In("sealed"), null);
        SealedFile.Protect(_folder.In("run"), null);
        _folder.Dispose();
    }

    string Sealed(string name)
    {
        SealedFile.Protect(_folder.In(name), _key);
        return Directory.CreateDirectory(_folder.In(name)).FullName;
    }

    string Write(string name, EncryptionKey? key = null, bool half = false)
    {
        string path = _folder.In(name);
        if (key is not null)
        {
            SealedFile.Protect(path, key);
        }

        bool isNew = !Directory.Exists(path);
        using var run = isNew ? RunFolder.Create(path, SampleRun.Settings()) : RunFolder.Open(path);
        if (isNew)
        {
            run.Prompts([("t0", "What is 2 + 2?", "4", "training"), ("p0", "What is 3 + 3?", null, "validation")]);
            run.Event(0, "check", "The answer was quoted.");
            run.Evaluation(Answers("validation", 2));
        }

        if (!half)
        {
            run.Evaluation(Answers("validation", 4));
        }

        return path;
    }

    static Hone.Training.Evaluation Answers(string name, int step) => new(
        name, step,
        [.. Enumerable.Range(0, 10).Select(i => SampleRun.Rollout($"p{i % 2}", i, i == 5 ? null : i / 10.0, $"100% answer {i}") with { Tokens = [.. Enumerable.Range(0, i)] })],
        1.5);

    static string Read(string path, RolloutQuery query)
    {
        using var run = RunReader.Open(path);
        var page = run.Find(query);
        var next = page.Next is { } place ? run.Find(query with { After = place }).Items : [];
        var rollouts = page.Items.Concat(next).Select(one =>
            $"{one.Id} {one.Recorded.Rollout.Text} {string.Join(',', one.Recorded.Rollout.Tokens)} {one.Recorded.Rollout.Grade.Fault} {one.Recorded.Rollout.Reward}");
        var prompts = run.FindPrompts("what IS", 10).Select(prompt => prompt.ToString());
        return string.Join('\n', [
            $"{page.Total}", .. rollouts, .. prompts, .. run.Events().Select(one => one.Message), .. run.FaultCounts().Select(fault => $"{fault}"),
            $"{run.Evaluation("validation", 4)?.Rollouts.Count}"]);
    }
}
