using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Ops;

namespace Hone.Models;

/// <summary>down(act(gate(x)) ⊙ up(x)).</summary>
/// <param name="linear">gate, up, down; or gate and up in one, down.</param>
public sealed class DenseFeedForward(DecoderConfig config, IReadOnlyList<LinearLayer> linear) : FeedForward
{
    public override IReadOnlyList<LinearLayer> Linear => linear;

    public override IEnumerable<Parameter> Parameters => linear.SelectMany(layer => layer.Parameters);

    public override Tensor Apply(Tape tape, Tensor x, Parameter? norm, Tensor? residual)
    {
        var h = tape.Input(x, norm, config.NormEpsilon);
        int F = config.FeedForwardWidth;
        var gateAndUp = config.FusedProjections
            ? tape.LinearParts(h, linear[0].Weights, F, F)
            : tape.Linear(h, linear[0].Weights, linear[1].Weights);
        return tape.Linear(LinearOp.Gated(config.Activation, gateAndUp[0], gateAndUp[1]), linear[^1].Weights, residual);
    }
}
