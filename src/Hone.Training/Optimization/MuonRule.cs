using Hone.Tensors;
using Hone.Tensors.Optimizers;

namespace Hone.Training.Optimization;

/// <summary>Muon with a momentum of the parameter's own; <paramref name="muon"/> is shared by the matrices of a run.</summary>
public sealed class MuonRule(Parameter parameter, float learningRate, Muon muon, Workers workers) : UpdateRule(parameter)
{
    readonly float[] _momentum = new float[parameter.Values!.Length];

    public override IEnumerable<(string Name, float[] Values)> State => [(Parameter.Name + ".momentum", _momentum)];

    public override void Step(float rate, int step, float gradientScale) => muon.Step(
        Parameter.Values!.Span, Parameter.Gradient!.Span, _momentum, Parameter.Rows, Parameter.Columns, rate * learningRate, gradientScale, workers);
}
