using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tensors.Ops;

namespace Hone.Models;

/// <summary>o(attention(q(x), k(x), v(x))), queries and keys normed and rotated where the family does.</summary>
public sealed class SelfAttention(DecoderConfig config, AttentionShape shape, SelfAttention.Weights weights)
{
    /// <param name="Linear">q, k, v, o; or all of q, k and v in one, o.</param>
    /// <param name="Sinks">[1, H], or null.</param>
    public sealed record Weights(IReadOnlyList<LinearLayer> Linear, Parameter? QueryNorm, Parameter? KeyNorm, Parameter? Sinks);

    public AttentionShape Shape => shape;

    public IReadOnlyList<LinearLayer> Linear => weights.Linear;

    public IEnumerable<Parameter> Parameters => new[] { weights.QueryNorm, weights.KeyNorm, weights.Sinks }
        .OfType<Parameter>().Concat(Linear.SelectMany(layer => layer.Parameters));

    /// <summary>y = (residual +) block(norm(x)). x, y: [T, C].</summary>
    /// <param name="norm">Null: x goes in as it stands.</param>
    /// <param name="tables">Null: queries and keys are not rotated.</param>
    /// <param name="cache">This layer's pages when the batch continues cached sequences, else null.</param>
    /// <param name="residual">Where the sums start, or null. Without recording the result takes its place.</param>
    public Tensor Apply(
        Tape tape, Tensor x, Parameter? norm, RowBatch batch, RotaryTables? tables, KeyValuePages? cache, Tensor? residual)
    {
        var projected = Project(tape, tape.Input(x, norm, config.NormEpsilon));
        var q = Placed(tape, projected[0], weights.QueryNorm, batch, tables);
        var k = Placed(tape, projected[1], weights.KeyNorm, batch, tables);
        var attended = tape.Attention(shape, batch.Plan, q, k, projected[2], weights.Sinks, cache);
        return tape.Linear(tape.Input(attended), Linear[^1].Weights, residual);
    }

    Tensor[] Project(Tape tape, LinearInput h)
    {
        int queries = config.Heads * config.HeadWidth, keys = config.KeyValueHeads * config.HeadWidth;
        return config.FusedProjections
            ? tape.LinearParts(h, Linear[0].Weights, queries, keys, keys)
            : tape.Linear(h, Linear[0].Weights, Linear[1].Weights, Linear[2].Weights);
    }

    Tensor Placed(Tape tape, Tensor x, Parameter? norm, RowBatch batch, RotaryTables? tables)
    {
        if (norm is not null)
        {
            x = tape.RmsNorm(x, norm, config.NormEpsilon);
        }

        return tables is null ? x : tape.Rotate(x, config.HeadWidth, batch.Positions, tables);
    }
}
