using Hone.Models.Sampling;

namespace Hone.Models.Generation;

/// <summary>A completion that a token is drawn for.</summary>
interface IDrawn
{
    SamplingSettings Sampling { get; }

    /// <summary>Its tokens so far, which the repetition penalty meets.</summary>
    ReadOnlySpan<int> TokenSpan { get; }

    /// <summary>Whether <see cref="Change"/> does anything to the next token's logits.</summary>
    bool ChangesLogits { get; }

    /// <summary>The random number of the next token, in [0, 1).</summary>
    float Uniform();

    /// <summary>Shown the logits as the model made them.</summary>
    void Look(ReadOnlySpan<float> logits, float inverseTemperature, float logSumExp)
    {
    }

    /// <summary>Raises and lowers logits, or takes tokens out of the running with −∞.</summary>
    void Change(Span<float> logits);

    void Append(int token, float logProbability, float entropy);

    /// <summary>No token can be drawn. True: the completion takes note; false: everybody's drawing fails.</summary>
    bool Fail(ArithmeticException problem) => false;

    /// <summary>Decides whether the last token was the end. Called one completion after another.</summary>
    void Settle();
}
