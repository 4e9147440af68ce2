using Hone.Training;
using Hone.Training.Statistics;

namespace Hone.Jobs.Reports;

/// <summary>The curves of a run that imitates records: its loss on them, on held-out ones where there are any, and the gradient.</summary>
static class SupervisedCurves
{
    const int LeastSteps = 8, LeastEvaluations = 3;

    // Of what the loss fell, as a share: more than this much back up is no noise.
    const double Overfit = 0.1;

    public static IReadOnlyList<Curve> Of(IReadOnlyList<StepMetrics> steps, EvaluationSummary[] validations)
    {
        double[] losses = Curve.Values(steps, step => step.Loss), heldOut = [.. validations.Select(Loss)];
        var marked = Curve.Marked(validations, Loss);
        return
        [
            new("Loss", "nats per token",
                "Should fall, steeply at first, and then level off. Where it falls towards 0, the model learns the records by heart.",
                Training(losses), [Curve.Training(steps, step => step.Loss), marked]),
            .. heldOut.Length == 0 ? [] : new Curve[]
            {
                new("Validation loss", "nats per token",
                    "Should fall with the training loss and level off. Where it rises again while training falls, the model learns by heart: the best adapter is that of the lowest point.",
                    HeldOut(heldOut), [marked]),
            },
            Curve.GradientNorm(steps),
        ];
    }

    internal static CurveFinding Training(double[] losses)
    {
        if (losses.Length < LeastSteps)
        {
            return TooFew(losses.Length, LeastSteps);
        }

        int quarter = Math.Max(2, losses.Length / 4);
        double from = Moments.Of(losses.AsSpan(0, quarter)).Mean, to = Moments.Of(losses.AsSpan(losses.Length - quarter)).Mean;
        string words = $"from {from:G3} in the first quarter to {to:G3} in the last";
        return to < from ? new(CurveState.AsExpected, $"It falls {words}.")
            : new(CurveState.LookHere, $"It does not fall, {words}: the learning rate is too low or too high, or the model knew the records.");
    }

    internal static CurveFinding HeldOut(double[] losses)
    {
        if (losses.Length < LeastEvaluations)
        {
            return TooFew(losses.Length, LeastEvaluations);
        }

        double first = losses[0], last = losses[^1], best = losses.Min();
        return best >= first ? new(CurveState.LookHere, $"It did not fall below {first:G3}, where it began: the records teach nothing about the held-out ones, or the learning rate is too high.")
            : last - best > Overfit * (first - best) ? new(CurveState.LookHere, $"It fell from {first:G3} to {best:G3} and rose back to {last:G3}: the adapter that is kept is that of the lowest; train for fewer epochs.")
            : new(CurveState.AsExpected, $"It falls from {first:G3} to {last:G3}.");
    }

    static CurveFinding TooFew(int count, int least) => new(CurveState.TooShort, $"{count} of the {least} points that it takes to tell.");

    static double Loss(EvaluationSummary evaluation) => evaluation.Loss ?? double.NaN;
}
