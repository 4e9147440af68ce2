using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Ops;

namespace Hone.Models;

/// <summary>One layer: x += attention(x), x += feed-forward(x), with norms before the blocks, behind them, or both.</summary>
public sealed class DecoderLayer(DecoderConfig config, DecoderLayer.Norms norms, SelfAttention attention, FeedForward feedForward)
{
    /// <summary>The norms that the family has.</summary>
    public sealed record Norms(
        Parameter? BeforeAttention, Parameter? AfterAttention, Parameter? BeforeFeedForward, Parameter? AfterFeedForward);

    public SelfAttention Attention => attention;

    public FeedForward FeedForward => feedForward;

    public IEnumerable<LinearLayer> Linear => attention.Linear.Concat(feedForward.Linear);

    public IEnumerable<Parameter> Parameters =>
        new[] { norms.BeforeAttention, norms.AfterAttention, norms.BeforeFeedForward, norms.AfterFeedForward }.OfType<Parameter>()
            .Concat(attention.Parameters).Concat(feedForward.Parameters);

    /// <summary>x, result: [T, C].</summary>
    /// <param name="tables">This layer's rotary tables, or null.</param>
    /// <param name="cache">This layer's pages when the batch continues cached sequences, else null.</param>
    /// <param name="observe">Shown what each block computes, where that exists by itself, and x behind each block.</param>
    public Tensor Apply(
        Tape tape, Tensor x, RowBatch batch, RotaryTables? tables, KeyValuePages? cache, Action<TracePoint, Tensor>? observe = null)
    {
        var input = x;
        x = Add(tape, input, norms.AfterAttention, observe, residual =>
            attention.Apply(tape, input, norms.BeforeAttention, batch, tables, cache, residual));
        var middle = x;
        return Add(tape, middle, norms.AfterFeedForward, observe, residual =>
            feedForward.Apply(tape, middle, norms.BeforeFeedForward, residual));
    }

    // A block whose result is added as it stands starts its sums at x: the result never exists by itself.
    Tensor Add(Tape tape, Tensor x, Parameter? norm, Action<TracePoint, Tensor>? observe, Func<Tensor?, Tensor> block)
    {
        if (norm is null && config.ResidualScale == 1)
        {
            x = block(x);
        }
        else
        {
            var branch = block(null);
            observe?.Invoke(TracePoint.Branch, branch);
            x = tape.AddScaled(norm is null ? branch : tape.RmsNorm(branch, norm, config.NormEpsilon), config.ResidualScale, x);
        }

        observe?.Invoke(TracePoint.Stream, x);
        return x;
    }
}
