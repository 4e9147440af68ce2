using Hone.Models.Configuration;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>Small configurations with what the families differ in, each bite within the sequences of the tests.</summary>
static class Families
{
    static readonly DecoderConfig _plain = RandomDecoder.Config with { QkNorm = QkNorm.None };

    static readonly Dictionary<string, DecoderConfig> _all = new()
    {
        ["biases"] = _plain with { QkvBias = true, OutputBias = true, FeedForwardBias = true, TieEmbeddings = true },
        ["window"] = _plain with { LayerConfigs = [new() { Window = 19 }, new() { Window = 19 }] },
        ["gemma2"] = _plain with
        {
            NormAddsOne = true,
            Norms = NormPlacement.BeforeAndAfter,
            Activation = Activation.GeluTanh,
            EmbeddingScale = 7.25f,
            AttentionScale = 0.31f,
            ScoreSoftCap = 4,
            LogitSoftCap = 6,
            TieEmbeddings = true,
            LayerConfigs = [new() { Window = 16 }, new()],
        },
        ["gemma3"] = RandomDecoder.Config with
        {
            Norms = NormPlacement.BeforeAndAfter,
            Activation = Activation.GeluTanh,
            EmbeddingScale = 7.25f,
            Ropes = [new(1_000_000, new RopeScaling.Linear(8)), new(10_000)],
            LayerConfigs = [new() { Window = 16, Rope = 1 }, new()],
        },
        ["phi3"] = _plain with
        {
            FusedProjections = true,
            Ropes = [new(10_000, new RopeScaling.Long([1, 1.1f, 1.2f, 1.3f, 1.4f, 1.5f], [2, 3, 4, 5, 6, 7], 40, 1.2), 12)],
            LayerConfigs = [new() { Window = 23 }, new() { Window = 23 }],
        },
        ["smollm3"] = _plain with { LayerConfigs = [new(), new() { Rope = null }] },
        ["olmo2"] = _plain with { Norms = NormPlacement.After, QkNorm = QkNorm.FullWidth },
        ["granite"] = _plain with { EmbeddingScale = 6, ResidualScale = 0.4f, AttentionScale = 0.31f, LogitScale = 1 / 3f, TieEmbeddings = true },
        ["sinks"] = _plain with
        {
            QkvBias = true,
            OutputBias = true,
            Sinks = true,
            Ropes = [new(2000, new RopeScaling.Yarn(8, 64, 8, 1, false, 1.2))],
            LayerConfigs = [new() { Window = 16 }, new()],
        },
    };

    public static TheoryData<string> Names => [.. _all.Keys];

    public static DecoderConfig Config(string name) => _all[name];
}
