using Hone.Grading;
using Hone.Models;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Training.Planning;

/// <summary>
/// The passes of a run on a device that only counts: the same code that samples and trains, without numbers. Each returns the bytes of
/// activations that it needs; the device's observer hears of the operations.
/// </summary>
public sealed class DryRun(RunShape run) : IDisposable
{
    readonly LoraAdapter _adapter = LoraAdapter.OfShapes(run.Decoder, run.AdapterConfig);

    /// <summary>The update of a step.</summary>
    /// <param name="prompts">Tokens of each prompt.</param>
    /// <param name="completions">Tokens of each completion, G after G.</param>
    public long Train(IReadOnlyList<int> prompts, IReadOnlyList<int> completions, TrainingSettings settings)
    {
        run.Decoder.Attach(_adapter);
        using var update = new PolicyUpdate(run.Decoder, _adapter, settings);
        update.Accumulate([.. prompts.Select(length => new int[length])], [.. completions.Select(RolloutOf)]);
        foreach (var parameter in _adapter.Parameters)
        {
            parameter.FinishGradient(run.Decoder.Device);
            parameter.Refresh(run.Decoder.Device);
        }

        return update.ActivationPeak;
    }

    /// <summary>Prompts computed together before their completions begin.</summary>
    public long Prefill(IReadOnlyList<int> prompts) => Sample(prompts, _ => 0, prompts.Max(), logits: false);

    /// <summary>One token more for each of <paramref name="rows"/> completions, at this position.</summary>
    public long Decode(int rows, int position) => Sample([.. Enumerable.Repeat(1, rows)], _ => position, position + 1, logits: true);

    public void Dispose()
    {
        run.Decoder.Attach(null);
        _adapter.Dispose();
    }

    long Sample(IReadOnlyList<int> lengths, Func<int, int> firstPosition, int longest, bool logits)
    {
        run.Decoder.Attach(_adapter);
        using var arena = run.Decoder.Device.NewArena();
        var plan = new AttentionPlan();
        int[] pages = new int[AttentionPlan.PagesFor(longest)];
        List<int> positions = [];
        for (int i = 0; i < lengths.Count; i++)
        {
            plan.AddCached(positions.Count, lengths[i], firstPosition(i), pages);
            positions.AddRange(Enumerable.Range(firstPosition(i), lengths[i]));
        }

        var batch = new RowBatch { Tokens = new int[positions.Count], Positions = [.. positions], Plan = plan };
        var hidden = run.Decoder.Hidden(new Tape(run.Decoder.Device, arena, records: false), batch);
        if (logits)
        {
            run.Decoder.Logits(arena, hidden);
            arena.New(lengths.Count, Math.Min(VocabularySums.Segment, run.Decoder.Head.Rows));
        }

        return arena.Peak;
    }

    // An advantage, so that the group goes backward.
    static Rollout RolloutOf(int tokens) => new()
    {
        PromptId = "",
        Index = 0,
        Tokens = new int[tokens],
        LogProbabilities = new float[tokens],
        Entropy = 0,
        Text = "",
        Stop = StopReason.EndOfSequence,
        Grade = new Grade("", null, null, "", []),
        Advantage = 1,
    };
}
