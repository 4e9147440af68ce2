using Hone.Models.Weights;
using Hone.Tensors.Optimizers;

namespace Hone.Training.Verification;

/// <summary>Compares the optimizer with a folder of reference numbers: start, gradients and, for each variant, the tensors after each step.</summary>
public static class AdamWVerification
{
    const double Tolerance = 3e-6;

    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) => TensorReport.Recognizes(folder, "adamw");

    /// <summary>For each variant: the global norm of each clipped step, the weights after each step, and both moments at the end.</summary>
    /// <exception cref="VerificationException">A file is missing or does not have the layout.</exception>
    public static IEnumerable<VerificationCase> Run(string folder) => TensorReport.Of(folder, (description, expected, report) =>
    {
        foreach (string name in description["variants"].Names)
        {
            Variant(name, description["variants"][name], expected, report);
        }
    });

    static void Variant(string name, LossVerificationValue variant, SafetensorsFile expected, TensorReport report)
    {
        double[] betas = variant["betas"].Rows(2, 1).Select(row => row[0]).ToArray();
        var settings = new AdamWSettings(betas[0], betas[1], variant["eps"].Number, variant["weight_decay"].Number);
        Weights[] all = [.. Names(expected, "start.").Select(tensor => new Weights(tensor, expected.ReadF32("start." + tensor)))];
        double[] rates = variant["learning_rates"].Numbers;

        for (int step = 1; step <= rates.Length; step++)
        {
            float[][] gradients = [.. all.Select(w => expected.ReadF32($"grad.{step}.{w.Name}"))];
            float scale = 1;
            if (variant.Has("clip"))
            {
                double norm = GradientClip.Norm([.. gradients.Select(g => GradientClip.SumOfSquares(g))]);
                scale = GradientClip.Factor(norm, variant["clip"].Number);
                report.Compare(name, $"gradient norm, step {step}", [([(float)norm], expected.ReadF32($"{name}.{step}.grad_norm"))], Tolerance);
            }

            foreach (var (weights, gradient) in all.Zip(gradients))
            {
                AdamW.Step(weights.Values, gradient, weights.First, weights.Second, settings, (float)rates[step - 1], step, scale);
            }

            report.Compare(name, $"weights, step {step}", all.Select(w => (w.Values, expected.ReadF32($"{name}.{step}.{w.Name}"))), Tolerance);
        }

        report.Compare(name, "first moments", all.Select(w => (w.First, expected.ReadF32($"{name}.first_moment.{w.Name}"))), Tolerance);
        report.Compare(name, "second moments", all.Select(w => (w.Second, expected.ReadF32($"{name}.second_moment.{w.Name}"))), Tolerance);
    }

    static IEnumerable<string> Names(SafetensorsFile file, string prefix) =>
        file.Tensors.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => key[prefix.Length..]).Order(StringComparer.Ordinal);

    sealed record Weights(string Name, float[] Values)
    {
        public float[] First { get; } = new float[Values.Length];

        public float[] Second { get; } = new float[Values.Length];
    }
}
