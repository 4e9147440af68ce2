using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Optimizers;

namespace Hone.Training;

/// <summary>
/// AdamW over parameters, with clipping by their global norm. Weight decay acts on matrices, never on the weights of norms. Its state can
/// be saved and goes on bit for bit.
/// </summary>
public sealed class AdapterOptimizer
{
    const string FileName = "optimizer.safetensors";

    readonly Device _device;
    readonly IReadOnlyList<Parameter> _parameters;
    readonly AdamWSettings _settings;
    readonly AdamWSettings _settingsOfVectors;
    readonly float[][] _first;
    readonly float[][] _second;

    public AdapterOptimizer(Device device, IReadOnlyList<Parameter> parameters, AdamWSettings settings)
    {
        (_device, _parameters, _settings) = (device, parameters, settings);
        _settingsOfVectors = settings with { WeightDecay = 0 };
        _first = [.. parameters.Select(parameter => new float[parameter.Values!.Length])];
        _second = [.. parameters.Select(parameter => new float[parameter.Values!.Length])];
    }

    /// <summary>Updates made so far.</summary>
    public int Updates { get; private set; }

    /// <summary>Folds the step's gradients, clips them together and moves every parameter.</summary>
    /// <param name="maxNorm">Largest L2 norm; 0: no clipping.</param>
    /// <returns>The norm before clipping.</returns>
    public double Step(float learningRate, double maxNorm)
    {
        double norm = FinishGradients();
        float scale = maxNorm > 0 ? GradientClip.Factor(norm, maxNorm) : 1f;
        Updates++;
        for (int i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i];
            AdamW.Step(
                parameter.Values!.Span, parameter.Gradient!.Span, _first[i], _second[i],
                parameter.IsVector ? _settingsOfVectors : _settings, learningRate, Updates, scale);
            parameter.Refresh(_device);
        }

        return norm;
    }

    public void Save(string folder) => SafetensorsWriter.Write(
        Path.Combine(folder, FileName),
        _parameters.SelectMany((parameter, i) => new[]
        {
            TensorContent.F32(parameter.Name + ".first_moment", [_first[i].Length], _first[i]),
            TensorContent.F32(parameter.Name + ".second_moment", [_second[i].Length], _second[i]),
        }),
        new Dictionary<string, string> { ["updates"] = Updates.ToString() });

    public void Load(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, FileName));
        for (int i = 0; i < _parameters.Count; i++)
        {
            file.ReadF32(_parameters[i].Name + ".first_moment").CopyTo(_first[i], 0);
            file.ReadF32(_parameters[i].Name + ".second_moment").CopyTo(_second[i], 0);
        }

        Updates = int.Parse(file.Metadata["updates"]);
    }

    double FinishGradients()
    {
        double[] squares = new double[_parameters.Count];
        for (int i = 0; i < squares.Length; i++)
        {
            _parameters[i].FinishGradient();
            squares[i] = GradientClip.SumOfSquares(_parameters[i].Gradient!.Span);
        }

        return GradientClip.Norm(squares);
    }
}
