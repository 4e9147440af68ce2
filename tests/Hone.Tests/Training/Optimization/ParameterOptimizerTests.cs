using Hone.Tensors;
using Hone.Tensors.Optimizers;
using Hone.Training;
using Hone.Training.Optimization;

namespace Hone.Tests.Training.Optimization;

public class ParameterOptimizerTests
{
    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void A_gradient_that_is_not_finite_moves_nothing(float bad, string named)
    {
        float[] values = [1, 2, 3, 4];
        using var sound = Parameter.Vector("sound", values);
        using var broken = Parameter.Vector("broken", values);
        sound.Train();
        broken.Train();
        var optimizer = ParameterOptimizer.AdamW(new CpuDevice(), [sound, broken], 0.1f, new AdamWSettings());
        sound.Tree!.AddLeaf([1, 1, 1, 1]);
        broken.Tree!.AddLeaf([1, bad, 1, 1]);

        var fault = Assert.Throws<GradientException>(() => optimizer.Step(1, 1));

        Assert.Contains($"update 1 is {named}", fault.Message);
        Assert.Equal(0, optimizer.Updates);
        Assert.Equal(values, sound.Read());
        Assert.Equal(values, broken.Read());
    }
}
