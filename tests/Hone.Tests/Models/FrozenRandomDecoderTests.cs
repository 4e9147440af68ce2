using Hone.Tensors;

namespace Hone.Tests.Models;

public class FrozenRandomDecoderTests
{
    [Fact]
    public void Frozen_random_weights_have_the_deviation_of_a_new_model_and_depend_on_the_seed_alone()
    {
        using var decoder = Hone.Models.RandomDecoder.CreateFrozen(RandomDecoder.Config, new CpuDevice(new Workers(1)), seed: 5);
        using var same = Hone.Models.RandomDecoder.CreateFrozen(RandomDecoder.Config, new CpuDevice(new Workers(2)), seed: 5);
        using var other = Hone.Models.RandomDecoder.CreateFrozen(RandomDecoder.Config, new CpuDevice(new Workers(1)), seed: 6);
        float[] weights = decoder.Embedding.Read();

        Assert.Equal(ElementType.BF16, decoder.Embedding.Packed!.ElementType);
        Assert.Equal(0.02, Math.Sqrt(weights.Average(w => (double)w * w)), 0.0005);
        Assert.Equal(0, weights.Average(), 0.001);
        Assert.Equal(weights, same.Embedding.Read());
        Assert.NotEqual(weights, other.Embedding.Read());
        Assert.NotEqual(decoder.LinearLayers.First().Weight.Read(), decoder.Layers[1].Linear.First().Weight.Read());
    }
}
