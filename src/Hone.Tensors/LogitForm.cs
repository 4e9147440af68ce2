using Hone.Tensors.Kernels;

namespace Hone.Tensors;

/// <summary>What a model does to the head's products x·Wᵀ before they are logits: z = Scale · x·Wᵀ, and with a cap c · tanh(z / c).</summary>
/// <param name="SoftCap">Null: none.</param>
public readonly record struct LogitForm(float Scale, float? SoftCap)
{
    /// <summary>The products are the logits.</summary>
    public static LogitForm Plain => new(1, null);

    public bool IsPlain => this == Plain;

    /// <summary>Products to logits, in place.</summary>
    public void Apply(Span<float> logits)
    {
        if (SoftCap is { } cap)
        {
            ScoreCaps.Apply(logits, Scale, cap);
        }
        else if (Scale != 1)
        {
            ElementWise.Scale(Scale, logits);
        }
    }

    /// <summary>Multiplies gradients of logits by the slopes of the cap; the scale is the caller's.</summary>
    /// <param name="slopes">What <see cref="ScoreCaps.Slopes"/> made of the logits.</param>
    internal static void Multiply(ReadOnlySpan<float> slopes, Span<float> gradients)
    {
        for (int i = 0; i < gradients.Length; i += Lanes.Count)
        {
            Lanes.Store(Lanes.Load(gradients, i) * Lanes.Load(slopes, i), gradients, i);
        }
    }

    /// <summary>The slope of the cap at one logit.</summary>
    internal float SlopeAt(float logit) => SoftCap is { } cap ? 1 - (logit / cap * (logit / cap)) : 1;
}
