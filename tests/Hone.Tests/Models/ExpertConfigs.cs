using Hone.Models.Configuration;

namespace Hone.Tests.Models;

/// <summary>Small decoders with experts: some of what can differ is different in each.</summary>
static class ExpertConfigs
{
    public static TheoryData<string> Names => ["dense layers between", "an expert for all", "biases, sinks and windows"];

    public static DecoderConfig Named(string name) => name switch
    {
        "dense layers between" => Plain with
        {
            LayerConfigs = [new() { HasExperts = true }, new(), new() { HasExperts = true }],
            Experts = new() { Count = 7, PerToken = 3, FeedForwardWidth = 36, NormalizeTopK = true },
        },
        "an expert for all" => Plain with
        {
            QkvBias = true,
            LayerConfigs = [new() { HasExperts = true }, new() { HasExperts = true }, new()],
            Experts = new() { Count = 5, PerToken = 2, FeedForwardWidth = 33, SharedWidth = 47 },
        },
        _ => Plain with
        {
            QkNorm = QkNorm.None,
            QkvBias = true,
            OutputBias = true,
            Sinks = true,
            LayerConfigs = [new() { HasExperts = true, Window = 16 }, new() { HasExperts = true }, new() { HasExperts = true, Window = 16 }],
            Experts = new()
            {
                Count = 5,
                PerToken = 2,
                FeedForwardWidth = 32,
                NormalizeTopK = true,
                HasBiases = true,
                Clamp = new(1.702f, 2.5f),
                Storage = ExpertStorage.Fused,
            },
        },
    };

    static DecoderConfig Plain => RandomDecoder.Config with { Layers = 3 };
}
