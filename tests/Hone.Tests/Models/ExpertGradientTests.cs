using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>Gradients of whole decoders with experts.</summary>
public sealed class ExpertGradientTests : IDisposable
{
    readonly Workers _one = new(1);

    public void Dispose() => _one.Dispose();

    // Along the gradient of each parameter, by differences of the whole decoder's loss. Every token visits every expert: a choice that
    // changed on the way would be a jump.
    [Theory, MemberData(nameof(ExpertConfigs.Names), MemberType = typeof(ExpertConfigs))]
    public void Gradients_of_adapters_and_weights_match_differences(string name)
    {
        var config = ExpertConfigs.Named(name);
        config = config with { Experts = config.Experts! with { PerToken = config.Experts.Count } };
        foreach (bool all in new[] { false, true })
        {
            foreach (var (parameter, gradient) in ExpertModel.Gradients(_one, config, all))
            {
                double length = Math.Sqrt(gradient.Sum(g => (double)g * g)), step = 2e-3 / Math.Max(1e-6, length);
                double above = Loss(config, all, parameter, gradient, step), below = Loss(config, all, parameter, gradient, -step);

                Assert.True(
                    Math.Abs(((above - below) / (2 * step)) - (length * length)) <= (0.02 * length * length) + (0.02 * length),
                    $"{parameter}: {(above - below) / (2 * step):E4} instead of {length * length:E4}.");
            }
        }
    }

    double Loss(DecoderConfig config, bool all, string changed, float[] direction, double step)
    {
        using var model = new ExpertModel(config, _one);
        var parameter = model.Train(all).Single(one => one.Name == changed);
        var values = parameter.Values!.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += (float)(step * direction[i]);
        }

        parameter.Refresh(model.Decoder.Device);
        var (_, targets) = PackedGroup.Predictions(ExpertModel.Groups);
        return model.LogProbabilities(ExpertModel.Groups).Zip(targets, (p, token) => p * Math.Sin(token)).Sum();
    }
}
