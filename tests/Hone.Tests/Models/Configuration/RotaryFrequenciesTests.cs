using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tests.Support;

namespace Hone.Tests.Models.Configuration;

public class RotaryFrequenciesTests
{
    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    [InlineData("qwen3-bf16-sharded")]
    public void Frequencies_match_the_reference(string name) => AssertMatch(GoldenModels.Folder(name));

    [SharedFact]
    public void Frequencies_of_an_old_llama_match_the_reference() => AssertMatch(SharedFolder.In("golden/models/llama"));

    [Fact]
    public void Linear_scaling_divides_every_frequency()
    {
        var (plain, _) = RotaryFrequencies.Compute(new RopeConfig(1_000_000), 20);
        var (scaled, factor) = RotaryFrequencies.Compute(new RopeConfig(1_000_000, new RopeScaling.Linear(4)), 20);

        Assert.Equal(plain.Select(f => f / 4), scaled);
        Assert.Equal(1f, factor);
    }

    static void AssertMatch(string folder)
    {
        using var expected = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var config = DecoderConfigReader.Read(folder);

        var (frequencies, factor) = RotaryFrequencies.Compute(config.Ropes[0], config.HeadWidth);

        float[] reference = expected.ReadF32("rope.inverse_frequencies");
        Assert.Equal(reference.Length, frequencies.Length);
        Assert.All(reference.Zip(frequencies), pair => Assert.InRange(pair.Second / pair.First, 1 - 2e-7f, 1 + 2e-7f));
        Assert.Equal(factor, Assert.Single(expected.ReadF32("rope.attention_factor")));
    }
}
