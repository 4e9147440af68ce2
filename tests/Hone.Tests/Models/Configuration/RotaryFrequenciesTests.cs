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

    [Theory]
    [InlineData(20, new[] { 1f, 0.215443447f, 0.046415884f, 0.00999999978f, 0.00215443433f, 0.000464158948f })]
    [InlineData(48, new[] { 1f, 0.215443447f, 0.046415884f, 0.00999999978f, 0.00215443433f, 0.000464158948f })]
    [InlineData(70, new[] { 1f, 0.189157695f, 0.035780631f, 0.00676818239f, 0.00128025352f, 0.000242169888f })]
    public void Dynamic_scaling_stretches_the_base_with_the_length(int length, float[] expected)
    {
        var (frequencies, factor) = RotaryFrequencies.Compute(new RopeConfig(10_000, new RopeScaling.Dynamic(2, 48)), 12, length);

        Assert.All(expected.Zip(frequencies), pair => Assert.InRange(pair.Second / pair.First, 1 - 4e-7f, 1 + 4e-7f));
        Assert.Equal(1f, factor);
    }

    [Theory]
    [InlineData(40, 1f, 0.05f)]
    [InlineData(41, 0.5f, 0.02f)]
    public void Long_scaling_changes_all_frequencies_beyond_the_original_length(int length, float first, float second)
    {
        var scaling = new RopeScaling.Long([1, 2], [2, 5], 40, 1.25);

        var (frequencies, factor) = RotaryFrequencies.Compute(new RopeConfig(100, scaling, RotatedWidth: 4), 20, length);

        Assert.Equal([first, second], frequencies);
        Assert.Equal(1.25f, factor);
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
