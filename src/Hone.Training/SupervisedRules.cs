using Hone.Models;
using Hone.Tensors;
using Hone.Tensors.Optimizers;
using Hone.Training.Optimization;

namespace Hone.Training;

/// <summary>Which rule moves which parameter in supervised training.</summary>
static class SupervisedRules
{
    public static ParameterOptimizer For(
        Decoder decoder, SupervisedSettings settings, IReadOnlyList<Parameter> parameters)
    {
        var adamW = new AdamWSettings(WeightDecay: settings.WeightDecay);
        var muon = new Muon(new MuonSettings(WeightDecay: settings.WeightDecay));
        var layers = decoder.LinearLayers.Select(linear => linear.Weight).ToHashSet();
        UpdateRule Rule(Parameter parameter) => settings.Optimizer == OptimizerKind.Muon && layers.Contains(parameter)
            ? new MuonRule(parameter, settings.MuonLearningRate, muon, ((CpuDevice)decoder.Device).Workers)
            : new AdamWRule(parameter, settings.LearningRate, ParameterOptimizer.DecayOf(parameter, adamW));
        Action? lookups = decoder.EmbeddingGradient is null ? null : decoder.FinishEmbeddingGradient;
        return new ParameterOptimizer(decoder.Device, [.. parameters.Select(Rule)], lookups);
    }
}
