using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Optimizers;

namespace Hone.Training.Optimization;

/// <summary>Moves parameters, each by its own rule, after clipping their gradients by the global norm. Its state can be saved and goes on bit for bit.</summary>
public sealed class ParameterOptimizer(Device device, IReadOnlyList<UpdateRule> rules, Action? finishGradients = null)
{
    const string FileName = "optimizer.safetensors";

    /// <summary>Updates made so far.</summary>
    public int Updates { get; private set; }

    /// <summary>AdamW for every parameter; matrices decay, norm weights do not.</summary>
    public static ParameterOptimizer AdamW(
        Device device, IReadOnlyList<Parameter> parameters, float learningRate, AdamWSettings settings, Action? finishGradients = null) =>
        new(device, [.. parameters.Select(parameter => new AdamWRule(parameter, learningRate, DecayOf(parameter, settings)))], finishGradients);

    public static AdamWSettings DecayOf(Parameter parameter, AdamWSettings settings) =>
        parameter.IsVector ? settings with { WeightDecay = 0 } : settings;

    /// <summary>Folds the step's gradients, clips them together and moves every parameter.</summary>
    /// <param name="rate">The schedule's share of each rule's own rate.</param>
    /// <param name="maxNorm">Largest L2 norm; 0: no clipping.</param>
    /// <returns>The norm before clipping.</returns>
    /// <exception cref="GradientException">The norm is not finite: nothing was moved.</exception>
    public double Step(float rate, double maxNorm)
    {
        double norm = FinishGradients();
        if (!double.IsFinite(norm))
        {
            throw new GradientException($"The norm of the gradient of update {Updates + 1} is {norm}, so that update was not made.");
        }

        float scale = maxNorm > 0 ? GradientClip.Factor(norm, maxNorm) : 1f;
        Updates++;
        foreach (var rule in rules)
        {
            rule.Step(rate, Updates, scale);
            rule.Parameter.Refresh(device);
        }

        return norm;
    }

    public void Save(string folder) => SafetensorsWriter.Write(
        Path.Combine(folder, FileName),
        rules.SelectMany(rule => rule.State).Select(state => TensorContent.F32(state.Name, [state.Values.Length], state.Values)),
        new Dictionary<string, string> { ["updates"] = Updates.ToString() });

    public void Load(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, FileName));
        foreach (var (name, values) in rules.SelectMany(rule => rule.State))
        {
            file.ReadF32(name).CopyTo(values, 0);
        }

        Updates = int.Parse(file.Metadata["updates"]);
    }

    double FinishGradients()
    {
        double[] squares = new double[rules.Count];
        foreach (var rule in rules)
        {
            rule.Parameter.FinishGradient(device);
        }

        finishGradients?.Invoke();
        for (int i = 0; i < squares.Length; i++)
        {
            squares[i] = GradientClip.SumOfSquares(rules[i].Parameter.Gradient!.Span);
        }

        return GradientClip.Norm(squares);
    }
}
