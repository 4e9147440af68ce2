using System.Text.Json.Nodes;
using Hone.Bench.Probes;
using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tensors.Measurement;

namespace Hone.Bench.Workloads;

/// <summary>What attention is run for.</summary>
public enum AttentionUse
{
    /// <summary>All rows of sequences, as in a prefill and in training's forward pass.</summary>
    Forward,
    Backward,

    /// <summary>One row for each sequence, behind a prompt whose pages the sequences share.</summary>
    Decode,
}

/// <summary>Attention of one layer, one result for each use and length.</summary>
/// <param name="Batch">Sequences.</param>
public sealed record AttentionBench(
    IReadOnlyList<AttentionUse> Uses, int Heads, int KeyValueHeads, int HeadWidth, int Batch, IReadOnlyList<int> Lengths)
{
    AttentionShape Shape => new(Heads, KeyValueHeads, HeadWidth, 1f / MathF.Sqrt(HeadWidth));

    public void Run(BenchSession session)
    {
        var device = new CpuDevice(session.Workers);
        foreach (var use in Uses)
        {
            foreach (int length in Lengths)
            {
                using var arena = device.NewArena();
                var (work, run) = Prepare(device, arena, use, length);
                var parameters = new JsonObject
                {
                    ["use"] = use.ToString().ToLowerInvariant(),
                    ["heads"] = Heads,
                    ["kv_heads"] = KeyValueHeads,
                    ["head_width"] = HeadWidth,
                    ["batch"] = Batch,
                    ["length"] = length,
                };
                session.Report("attention", parameters, () => TimedCalls.Of(run), (repeats, limits) => Figures(
                    use, work, [.. repeats.SelectMany(all => all)], limits));
            }
        }
    }

    (AttentionWork Work, Action Run) Prepare(CpuDevice device, Arena arena, AttentionUse use, int length)
    {
        var plan = use == AttentionUse.Decode ? DecodePlan(length) : TrainingPlan(length);
        int rows = use == AttentionUse.Decode ? Batch : Batch * length;
        Tensor q = Random(arena, rows, Heads), k = Random(arena, rows, KeyValueHeads), v = Random(arena, rows, KeyValueHeads);
        Tensor y = Random(arena, rows, Heads), dy = Random(arena, rows, Heads), logSumExp = arena.New(rows, Heads);
        var shape = Shape;
        var pages = Pages(arena, use == AttentionUse.Decode ? PagesOfDecode(length) : plan.TransientPages);
        device.PlaceKeysAndValues(shape, plan, k, v, pages);
        device.Attention(shape, plan, q, pages, logSumExp, y);
        var work = AttentionWork.Of(plan);
        if (use != AttentionUse.Backward)
        {
            return (work, () => device.Attention(shape, plan, q, pages, logSumExp, y));
        }

        var kept = new AttentionTensors(q, k, v, y, logSumExp, pages);
        Tensor dq = arena.New(rows, q.Columns), dk = arena.New(rows, k.Columns), dv = arena.New(rows, v.Columns);
        return (work, () => device.AttentionInputGradient(shape, plan, kept, dy, arena, dq, dk, dv));
    }

    unsafe KeyValuePages Pages(Arena arena, int count)
    {
        Tensor keys = arena.New(count, Shape.TransposedPage), values = arena.New(count, Shape.PlainPage);
        RandomWeights.Fill(keys);
        RandomWeights.Fill(values);
        return new(keys.Pointer, values.Pointer);
    }

    AttentionPlan TrainingPlan(int length)
    {
        var plan = new AttentionPlan();
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            plan.AddGroup(sequence * length, length, []);
        }

        return plan;
    }

    // The row at position length - 1 of each sequence; all full pages before it are the prompt's.
    AttentionPlan DecodePlan(int length)
    {
        var plan = new AttentionPlan();
        int shared = (length - 1) / AttentionPlan.PageSize;
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            plan.AddCached(sequence, 1, length - 1, [.. Enumerable.Range(0, shared), shared + sequence]);
        }

        return plan;
    }

    int PagesOfDecode(int length) => ((length - 1) / AttentionPlan.PageSize) + Batch;

    Tensor Random(Arena arena, int rows, int heads)
    {
        var tensor = arena.New(rows, heads * HeadWidth);
        RandomWeights.Fill(tensor);
        return tensor;
    }

    JsonObject Figures(AttentionUse use, AttentionWork work, double[] calls, Limits limits)
    {
        var seconds = Spread.OfSeconds(calls);
        var cost = use == AttentionUse.Backward ? OperationCost.AttentionInputGradient(Shape, work) : OperationCost.Attention(Shape, work);
        return new()
        {
            ["seconds"] = seconds.ToJson(),
            ["gflops"] = seconds.RateOf(cost.Flops / 1e9).ToJson(),
            ["gbs"] = seconds.RateOf(cost.Bytes / 1e9).ToJson(),
            ["share_of_peak"] = Spread.Round(limits.ArithmeticSeconds(cost) / seconds.Median),
        };
    }
}
