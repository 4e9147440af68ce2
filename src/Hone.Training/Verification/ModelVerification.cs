using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Training.Verification;

/// <summary>
/// Compares a model with a folder of reference numbers: logits, log-probabilities, greedy continuations, and what its layers compute.
/// </summary>
public static class ModelVerification
{
    const double ActivationTolerance = 1e-4, LogProbabilityTolerance = 5e-5, FrequencyTolerance = 1e-6;

    // The same model as a newer library writes it.
    const string NewerConfig = "config.v5.json";

    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) => TensorReport.Recognizes(folder, "architecture");

    /// <summary>Every expected tensor of every sequence. A model of an architecture that this build does not run is reported as not built.</summary>
    /// <exception cref="VerificationException">A file is missing, damaged, or does not fit the others.</exception>
    public static IEnumerable<VerificationCase> Run(string folder) => TensorReport.Of(folder, (description, expected, report) =>
    {
        string name = description["case"].Text;
        if (VerifiedModel.MissingArchitecture(folder) is { } architecture)
        {
            report.NotBuilt(name, architecture);
            return;
        }

        using var decoder = DecoderLoader.Load(folder, new CpuDevice());
        Frequencies(name, decoder.Config, expected, report);
        SecondSpelling(name, folder, decoder.Config, report);
        var sequences = VerifiedModel.Sequences(description);
        using var generator = new Generator(decoder, sequences.Length) { FollowsLength = true };
        Greedy(name, generator, decoder.Config, sequences, expected, report);
        for (int i = 0; i < sequences.Length; i++)
        {
            var traced = new TracedSequence(decoder, VerifiedModel.Ids(sequences[i]["ids"], decoder.Config.VocabularySize), 1);
            Sequence(name, i, traced, decoder.Config.Layers, expected, report);
        }
    });

    static void Frequencies(string name, DecoderConfig config, SafetensorsFile expected, TensorReport report)
    {
        if (config.Ropes.Count == 1)
        {
            Frequencies(name, "rope.", config, config.Ropes[0], expected, report);
            return;
        }

        int sliding = Enumerable.Range(0, config.Layers).First(layer => config.Layer(layer).Window is not null);
        int full = Enumerable.Range(0, config.Layers).First(layer => config.Layer(layer).Window is null);
        Frequencies(name, "rope.full_attention.", config, config.Ropes[config.Layer(full).Rope!.Value], expected, report);
        Frequencies(name, "rope.sliding_attention.", config, config.Ropes[config.Layer(sliding).Rope!.Value], expected, report);
    }

    static void Frequencies(
        string name, string prefix, DecoderConfig config, RopeConfig rope, SafetensorsFile expected, TensorReport report)
    {
        var (frequencies, factor) = RotaryFrequencies.Compute(rope, config.HeadWidth);
        float[] reference = expected.ReadF32(prefix + "inverse_frequencies");
        float[] ratios = [.. frequencies.Select((actual, j) => j < reference.Length ? actual / reference[j] : float.NaN)];
        report.Compare(name, prefix + "inverse_frequencies (relative)", [(ratios, [.. reference.Select(_ => 1f)])], FrequencyTolerance);
        report.Compare(name, prefix + "attention_factor", [([factor], expected.ReadF32(prefix + "attention_factor"))], FrequencyTolerance);
    }

    // Weights and settings determine every number, so that equal settings are enough.
    static void SecondSpelling(string name, string folder, DecoderConfig config, TensorReport report)
    {
        if (File.Exists(Path.Combine(folder, NewerConfig)))
        {
            var newer = DecoderConfigReader.ReadFiles(
                Path.Combine(folder, NewerConfig), Path.Combine(folder, DecoderConfigReader.GenerationConfigName));
            bool same = newer.EosTokenIds.SequenceEqual(config.EosTokenIds) && newer with { EosTokenIds = config.EosTokenIds } == config;
            report.Add(name, NewerConfig, same ? 0 : double.NaN, 0);
        }
    }

    static void Sequence(string name, int i, TracedSequence traced, int layers, SafetensorsFile expected, TensorReport report)
    {
        void Compare(string key, float[] actual, double tolerance)
        {
            if (expected.Tensors.ContainsKey(key))
            {
                report.Compare(name, key, [(actual, expected.ReadF32(key))], tolerance);
            }
        }

        report.Compare(name, $"logits.{i}", [(traced.Logits, expected.ReadF32($"logits.{i}"))], ActivationTolerance);
        Compare($"logprobs.{i}", traced.LogProbabilities[0], LogProbabilityTolerance);
        Compare($"hidden.{i}.0", traced.Hidden(0), ActivationTolerance);
        for (int layer = 1; layer <= layers; layer++)
        {
            Compare($"hidden.{i}.{layer}", traced.Hidden(layer), ActivationTolerance);
            Compare($"attention.{i}.{layer}", traced.Attention(layer), ActivationTolerance);
            Compare($"mlp.{i}.{layer}", traced.Mlp(layer), ActivationTolerance);
            Routing(name, $"{i}.{layer}", traced.Routing(layer), expected, report);
        }

        Compare($"hidden.{i}.final", traced.Final, ActivationTolerance);
    }

    static void Routing(string name, string place, TracedRouting? routing, SafetensorsFile expected, TensorReport report)
    {
        if (!expected.Tensors.ContainsKey("router." + place))
        {
            return;
        }

        float[] none = [];
        report.Compare(name, "router." + place, [(routing?.Logits ?? none, expected.ReadF32("router." + place))], ActivationTolerance);
        report.Compare(name, "expert_weights." + place, [(routing?.Weights ?? none, expected.ReadF32("expert_weights." + place))], ActivationTolerance);
        long[] experts = expected.ReadI64("experts." + place);
        int different = experts.Length == routing?.Experts.Length ? routing.Experts.Zip(experts).Count(pair => pair.First != pair.Second) : experts.Length;
        report.Add(name, $"experts.{place} (choices that differ)", different, 0);
    }

    // All sequences side by side, through the key/value cache, as a run samples them.
    static void Greedy(
        string name, Generator generator, DecoderConfig config, LossVerificationValue[] sequences, SafetensorsFile expected, TensorReport report)
    {
        int[][] greedy = [.. sequences.Select(sequence => VerifiedModel.Ids(sequence["greedy"], config.VocabularySize))];
        var completions = generator.Generate([.. sequences.Select((sequence, i) => new GenerationRequest
        {
            Prompt = VerifiedModel.Ids(sequence["ids"], config.VocabularySize),
            MaxTokens = greedy[i].Length,
            Sampling = new SamplingSettings { Temperature = 0 },
            Key = new RandomKey(0, RandomPurpose.Evaluation, 0, (uint)i),
            EndTokens = [],
        })]);
        for (int i = 0; i < sequences.Length; i++)
        {
            var completion = completions[i][0];
            int different = completion.Tokens.Zip(greedy[i]).Count(pair => pair.First != pair.Second);
            report.Add(name, $"greedy.{i} (tokens that differ)", different, 0);
            string key = $"greedy_logprobs.{i}";
            report.Compare(name, key, [(completion.LogProbabilities, expected.ReadF32(key))], LogProbabilityTolerance);
        }
    }
}
