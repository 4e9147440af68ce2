using Hone.Tensors;
using Hone.Tensors.Optimizers;

namespace Hone.Training.Optimization;

/// <summary>How one parameter is moved by its gradient, and what it remembers between steps.</summary>
public abstract class UpdateRule(Parameter parameter)
{
    public Parameter Parameter => parameter;

    /// <param name="rate">Share of the schedule, in [0, 1]: each rule has a rate of its own.</param>
    /// <param name="step">Counts from 1.</param>
    /// <param name="gradientScale">What clipping makes of the gradient.</param>
    public abstract void Step(float rate, int step, float gradientScale);

    /// <summary>The state, named after the parameter.</summary>
    public abstract IEnumerable<(string Name, float[] Values)> State { get; }
}

/// <summary>AdamW with a decay that only some parameters get.</summary>
public sealed class AdamWRule(Parameter parameter, float learningRate, AdamWSettings settings) : UpdateRule(parameter)
{
    readonly float[] _first = new float[parameter.Values!.Length];
    readonly float[] _second = new float[parameter.Values!.Length];

    public override IEnumerable<(string Name, float[] Values)> State =>
        [(Parameter.Name + ".first_moment", _first), (Parameter.Name + ".second_moment", _second)];

    public override void Step(float rate, int step, float gradientScale) => AdamW.Step(
        Parameter.Values!.Span, Parameter.Gradient!.Span, _first, _second, settings, rate * learningRate, step, gradientScale);
}
