using Hone.Models.Sampling;
using Hone.Models.Weights;

namespace Hone.Training.Verification;

/// <summary>Compares the sampler's probabilities with a folder of reference numbers: logits and settings to probabilities.</summary>
public static class SamplingVerification
{
    const double Tolerance = 1e-6;

    // A kept token may underflow to 0; a dropped one is 0 exactly. Above this, kept and dropped cannot be confused.
    const float SurelyKept = 1e-30f;

    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) => TensorReport.Recognizes(folder, "sampling");

    /// <summary>Two quantities of each combination of settings: the probabilities, and which tokens have none.</summary>
    /// <exception cref="VerificationException">A file is missing or does not have the layout.</exception>
    public static IEnumerable<VerificationCase> Run(string folder) => TensorReport.Of(folder, Compare);

    static void Compare(LossVerificationValue description, SafetensorsFile expected, TensorReport report)
    {
        float[] logits = expected.ReadF32("logits");
        int V = (int)expected.Entry("logits").Shape[^1];
        var combinations = description["combinations"].Items;
        for (int i = 0; i < combinations.Length; i++)
        {
            var combination = combinations[i];
            float[] reference = expected.ReadF32($"probabilities.{i}");
            var actual = new float[V];
            Sampler.Probabilities(
                logits.AsSpan(combination["row"].Integer * V, V), Settings(combination), Previous(combination, V), actual);

            string name = $"combination {i}";
            report.Compare(name, "probabilities", [(actual, reference)], Tolerance);
            report.Compare(name, "dropped tokens", [Confusions(actual, reference)], tolerance: 0);
        }
    }

    static SamplingSettings Settings(LossVerificationValue combination)
    {
        var settings = new SamplingSettings
        {
            Temperature = (float)combination["temperature"].Number,
            TopK = combination["top_k"].Integer,
            TopP = (float)combination["top_p"].Number,
            MinP = combination["min_p"].IsNull ? 0 : (float)combination["min_p"].Number,
            RepetitionPenalty = (float)combination["repetition_penalty"].Number,
        };
        return settings.Problems().FirstOrDefault() is { } problem ? throw combination.Unlike($"usable settings: {problem}") : settings;
    }

    static int[] Previous(LossVerificationValue combination, int V)
    {
        int[] ids = [.. combination["previous"].Items.Select(id => id.Integer)];
        return ids.All(id => id >= 0 && id < V) ? ids : throw combination["previous"].Unlike($"a list of token ids below {V}");
    }

    // The number of tokens that one side drops and the other surely keeps, beside the 0 it should be.
    static (float[] Actual, float[] Expected) Confusions(float[] actual, float[] expected) =>
        ([actual.Zip(expected).Count(p => (p.First == 0 && p.Second > SurelyKept) || (p.Second == 0 && p.First > SurelyKept))], [0]);
}
