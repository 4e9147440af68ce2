namespace Hone.Models.Configuration;

/// <summary>
/// The names and shapes of a layer with experts. A decoder holds each expert as three linear modules, <c>mlp.experts.3.gate_proj</c> and so on,
/// in whatever form a checkpoint keeps them.
/// </summary>
public static class ExpertTensors
{
    public const string BlocksSuffix = "_blocks", ScalesSuffix = "_scales", BiasSuffix = "_bias";

    public static LinearModule Router(DecoderConfig config, int layer)
    {
        var experts = config.Experts!;
        string name = experts.Storage == ExpertStorage.Modules ? "gate" : "router";
        return new(Prefix(layer) + name, config.HiddenSize, experts.Count, experts.HasBiases);
    }

    /// <summary>gate, up, down of one expert.</summary>
    public static IReadOnlyList<LinearModule> Modules(DecoderConfig config, int layer, int expert) =>
        Modules(config, $"{Prefix(layer)}experts.{expert}.", config.Experts!.FeedForwardWidth, config.Experts.HasBiases);

    /// <summary>gate, up, down of the expert that every token visits; empty where there is none.</summary>
    public static IReadOnlyList<LinearModule> SharedModules(DecoderConfig config, int layer) =>
        config.Experts!.SharedWidth is { } width ? Modules(config, Prefix(layer) + "shared_expert.", width, hasBias: false) : [];

    /// <summary>Its weight is the sigmoid of one number.</summary>
    public static LinearModule SharedGate(DecoderConfig config, int layer) => new(Prefix(layer) + "shared_expert_gate", config.HiddenSize, 1, false);

    /// <summary>The tensor of all experts that one of <see cref="Modules(DecoderConfig, int, int)"/> is a part of, without the suffix of its form.</summary>
    public static string FusedName(int layer, bool isDown) => $"{Prefix(layer)}experts.{(isDown ? "down_proj" : "gate_up_proj")}";

    /// <summary>Whether a tensor is the codes or scales of MXFP4.</summary>
    public static bool IsMxfp4(string name) =>
        name.EndsWith(BlocksSuffix, StringComparison.Ordinal) || name.EndsWith(ScalesSuffix, StringComparison.Ordinal);

    /// <summary>Every linear module of the layer.</summary>
    public static IEnumerable<LinearModule> All(DecoderConfig config, int layer) =>
        new[] { Router(config, layer) }
            .Concat(Enumerable.Range(0, config.Experts!.Count).SelectMany(expert => Modules(config, layer, expert)))
            .Concat(Shared(config, layer));

    /// <summary>The tensors of a checkpoint that are not modules of their own: those of fused experts.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Fused(DecoderConfig config, int layer)
    {
        var experts = config.Experts!;
        long E = experts.Count, C = config.HiddenSize, F = experts.FeedForwardWidth;
        foreach (var (isDown, inputs, outputs) in new[] { (false, C, 2 * F), (true, F, C) })
        {
            string name = FusedName(layer, isDown);
            if (experts.Storage == ExpertStorage.Mxfp4)
            {
                long blocks = inputs / Weights.Mxfp4.BlockNumbers;
                yield return (name + BlocksSuffix, [E, outputs, blocks, Weights.Mxfp4.BlockBytes]);
                yield return (name + ScalesSuffix, [E, outputs, blocks]);
            }
            else
            {
                yield return (name, [E, inputs, outputs]);
            }

            if (experts.HasBiases)
            {
                yield return (name + BiasSuffix, [E, outputs]);
            }
        }
    }

    static IEnumerable<LinearModule> Shared(DecoderConfig config, int layer) =>
        config.Experts!.SharedWidth is null ? [] : SharedModules(config, layer).Append(SharedGate(config, layer));

    static LinearModule[] Modules(DecoderConfig config, string prefix, int width, bool hasBias) =>
    [
        new(prefix + "gate_proj", config.HiddenSize, width, hasBias),
        new(prefix + "up_proj", config.HiddenSize, width, hasBias),
        new(prefix + "down_proj", width, config.HiddenSize, hasBias),
    ];

    static string Prefix(int layer) => $"model.layers.{layer}.mlp.";
}
