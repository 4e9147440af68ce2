using Hone.Models;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Optimizers;
using Hone.Training.Optimization;

namespace Hone.Training.Verification;

/// <summary>
/// Compares training with a folder of reference numbers: logits with the adapter on, off and merged, the loss and every gradient, and some
/// clipped steps of the optimizer.
/// </summary>
public static class TrainingCaseVerification
{
    const double ActivationTolerance = 1e-4, LogProbabilityTolerance = 5e-5, LossTolerance = 2e-6, GradientTolerance = 1e-4;

    // An element whose gradient is near zero moves by rounding, as AdamW divides by its size; the mean shows a forgotten weight decay.
    const double FinalTolerance = 1e-4, FinalMeanTolerance = 1e-6;

    // What keys with _t0.7 are computed at.
    const float LowTemperature = 0.7f;

    const string AdapterPrefix = "base_model.model.";

    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) => TensorReport.Recognizes(folder, "training");

    /// <summary>Every expected tensor. A model of an architecture that this build does not run is reported as not built.</summary>
    /// <exception cref="VerificationException">A file is missing, damaged, or does not fit the others.</exception>
    public static IEnumerable<VerificationCase> Run(string folder) => TensorReport.Of(folder, (description, expected, report) =>
    {
        string name = description["case"].Text;
        if (VerifiedModel.MissingArchitecture(folder) is { } architecture)
        {
            report.NotBuilt(name, architecture);
            return;
        }

        var device = new CpuDevice();
        using var training = new TrainingCase(folder, description, device);
        var tensors = new Tensors(name, expected, report);
        Forward(training, tensors);
        if (training.Adapter is { } adapter)
        {
            using var merged = DecoderLoader.Load(folder, device, trainable: true);
            adapter.MergeInto(merged);
            tensors.Logits("merged_logits", merged, training.Sequences);
        }

        training.Train();
        if (tensors.Has("loss_t0.7"))
        {
            tensors.Loss("loss_t0.7", training.Accumulate(LowTemperature));
            training.FinishGradients();
            tensors.Gradients("_t0.7", training.Parameters);
        }

        Steps(training, description["optimizer"], tensors);
    });

    static void Forward(TrainingCase training, Tensors tensors)
    {
        tensors.Logits("base_logits", training.Decoder, training.Sequences);
        training.Decoder.Attach(training.Adapter);
        foreach (var (i, ids) in training.Sequences.Index())
        {
            var traced = new TracedSequence(training.Decoder, ids, 1, LowTemperature);
            tensors.Compare($"logits.{i}", traced.Logits, ActivationTolerance);
            tensors.Compare($"logprobs.{i}", traced.LogProbabilities[0], LogProbabilityTolerance);
            tensors.Compare($"logprobs_t0.7.{i}", traced.LogProbabilities[1], LogProbabilityTolerance);
        }
    }

    // Loss and norm of a step are those of the parameters before it, the norm that before clipping.
    static void Steps(TrainingCase training, LossVerificationValue optimizer, Tensors tensors)
    {
        double[] betas = [.. optimizer["betas"].Rows(2, 1).Select(row => row[0])];
        var settings = new AdamWSettings(betas[0], betas[1], optimizer["eps"].Number, optimizer["weight_decay"].Number);
        var steps = ParameterOptimizer.AdamW(
            training.Decoder.Device, training.Parameters, learningRate: 1, settings, training.FinishLookups);
        double[] rates = optimizer["learning_rates"].Numbers, losses = new double[rates.Length], norms = new double[rates.Length];
        for (int step = 0; step < rates.Length; step++)
        {
            losses[step] = training.Accumulate(temperature: 1);
            norms[step] = steps.Step((float)rates[step], optimizer["clip_global_norm"].Number);
            if (step == 0)
            {
                tensors.Loss("loss", losses[step]);
                tensors.Gradients("", training.Parameters);
            }
        }

        tensors.Loss("train.loss", losses);
        tensors.Norms("train.grad_norm", norms);
        tensors.Loss("train.loss_after", training.Loss());
        foreach (var parameter in training.Parameters)
        {
            tensors.Final(parameter);
        }

        tensors.Logits("final_logits", training.Decoder, training.Sequences);
    }

    /// <summary>The expected tensors of a case and the report on them.</summary>
    sealed class Tensors(string name, SafetensorsFile expected, TensorReport report)
    {
        public bool Has(string key) => expected.Tensors.ContainsKey(key);

        public void Compare(string key, float[] actual, double tolerance) =>
            report.Compare(name, key, [(actual, expected.ReadF32(key))], tolerance);

        public void Logits(string key, Decoder decoder, int[][] sequences)
        {
            foreach (var (i, ids) in sequences.Index().Where(sequence => Has($"{key}.{sequence.Index}")))
            {
                Compare($"{key}.{i}", new TracedSequence(decoder, ids).Logits, ActivationTolerance);
            }
        }

        public void Loss(string key, params double[] losses) => Compare(key, [.. losses.Select(loss => (float)loss)], LossTolerance);

        public void Norms(string key, params double[] norms) =>
            report.CompareRelative(name, key, [.. norms.Select(norm => (float)norm)], expected.ReadF32(key), GradientTolerance);

        public void Gradients(string suffix, IReadOnlyList<Parameter> parameters)
        {
            Norms("grad_norm" + suffix, GradientClip.Norm([.. parameters.Select(p => GradientClip.SumOfSquares(p.Gradient!.Span))]));
            foreach (var parameter in parameters)
            {
                string key = $"grad{suffix}.{NameOf(parameter)}";
                report.CompareRelative(name, key, parameter.Gradient!.Span.ToArray(), expected.ReadF32(key), GradientTolerance);
            }
        }

        public void Final(Parameter parameter)
        {
            string key = "final." + NameOf(parameter);
            float[] actual = parameter.Values!.Span.ToArray();
            Compare(key, actual, FinalTolerance);
            report.CompareMean(name, key, actual, expected.ReadF32(key), FinalMeanTolerance);
        }

        static string NameOf(Parameter parameter) =>
            parameter.Name.Contains(".lora_", StringComparison.Ordinal) ? AdapterPrefix + parameter.Name : parameter.Name;
    }
}
