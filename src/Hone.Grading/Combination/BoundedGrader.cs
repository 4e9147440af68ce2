namespace Hone.Grading.Combination;

/// <summary>A grader's score s, held within [min, max]: clip gives min(max(s, min), max), scale gives (clip(s) − min) / (max − min).</summary>
/// <remarks>Clip against outliers, such as a penalty that could outgrow the reward. Scale for a grader that scores from 1 to 5 or from
/// −1 to 1 beside others from 0 to 1. The score as it was stays a metric.</remarks>
public sealed class BoundedGrader : CombinedGrader
{
    readonly double _min, _max;
    readonly bool _scaled;

    /// <param name="scaled">Mapped to [0, 1]; both bounds are finite then.</param>
    public BoundedGrader((string Name, IGrader Grader) part, double min, double max, bool scaled = false)
        : base([part]) => (_min, _max, _scaled) = (min, max, scaled);

    internal static BoundedGrader? ReadClip(GraderForm form) => Read(form, scaled: false);

    internal static BoundedGrader? ReadScale(GraderForm form) => Read(form, scaled: true);

    static BoundedGrader? Read(GraderForm form, bool scaled)
    {
        double? min = form.Number("min"), max = form.Number("max");
        if (scaled ? !form.Has("min") || !form.Has("max") : !form.Has("min") && !form.Has("max"))
        {
            form.Problem(scaled
                ? $"{form.Path}.{(form.Has("min") ? "max" : "min")} is missing; min and max say which scores become 0 and 1."
                : $"{form.Path}.max is missing; give min, max or both.");
        }

        if (min >= max)
        {
            form.Problem($"{form.Path}.min is {min}, but needs to be below max, which is {max}.");
        }

        return form.Grader("grader", scaled ? "is what scores from min to max" : "is what is clipped") is { } grader
            ? new((form.KindOf("grader")!, grader), min ?? double.NegativeInfinity, max ?? double.PositiveInfinity, scaled)
            : null;
    }

    protected override (double Score, string Reason) Combine(double[] scores, IReadOnlyList<Grade> grades)
    {
        double held = Math.Min(Math.Max(scores[0], _min), _max);
        string reason = held == scores[0] ? grades[0].Reason : $"{grades[0].Reason} {scores[0]:0.###} was clipped to {held:0.###}.";
        return (_scaled ? (held - _min) / (_max - _min) : held, reason);
    }
}
