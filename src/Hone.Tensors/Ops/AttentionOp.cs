using Hone.Tensors.Kernels;

namespace Hone.Tensors.Ops;

/// <summary>Causal grouped-query attention of whole groups (training), or of rows that continue cached sequences (sampling).</summary>
public static class AttentionOp
{
    /// <summary>q: [T, H·D], k and v: [T, KV·D], all after rotation; y: [T, H·D].</summary>
    /// <param name="sinks">One more logit for each head [1, H], or null.</param>
    /// <param name="cache">The layer's pages when the plan's sequences are cached; null: pages of this batch alone.</param>
    public static Tensor Attention(
        this Tape tape, AttentionShape shape, AttentionPlan plan, Tensor q, Tensor k, Tensor v, Parameter? sinks, KeyValuePages? cache)
    {
        var y = tape.New(q.Rows, q.Columns, q.NeedsGradient || k.NeedsGradient || v.NeedsGradient || sinks is { Trains: true });
        var logSumExp = tape.Arena.New(q.Rows, shape.Heads);
        var pages = cache ?? KeyValuePages.From(tape.Arena, shape, plan.TransientPages);
        tape.Device.PlaceKeysAndValues(shape, plan, k, v, pages);
        tape.Device.Attention(shape, plan, q, pages, logSumExp, y);
        if (sinks is not null)
        {
            tape.Device.AddSinks(sinks.Values!, logSumExp, y);
        }

        tape.Record(y, () =>
        {
            if (sinks is { Tree: { } tree })
            {
                tape.Device.SinkGradient(sinks.Values!, logSumExp, y, y.Gradient!, tape.GroupStarts, tree);
            }

            q.Gradient = tape.Arena.New(q.Rows, q.Columns);
            k.Gradient = tape.Arena.New(k.Rows, k.Columns);
            v.Gradient = tape.Arena.New(v.Rows, v.Columns);
            var kept = new AttentionTensors(q, k, v, y, logSumExp, pages);
            tape.Device.AttentionInputGradient(
                shape, plan, kept, y.Gradient!, tape.Arena, q.Gradient, k.Gradient, v.Gradient);
        });
        return y;
    }
}
