using System.Text.Json;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels.Reference;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class LogSoftmaxTests
{
    public static TheoryData<int> EveryWidth => [.. Widths.All, 20011];

    public static TheoryData<int> SmallWidths => [.. Widths.Small, 128, 129];

    public static TheoryData<string> GoldenCases => [.. Golden().Select(c => c.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(EveryWidth))]
    public void Forward_matches_the_reference(int V)
    {
        var logits = Randoms.Normal(V, seed: V, scale: 4);

        LogSoftmax.Forward(logits, inverseTemperature: 1.25f, out float logSumExp, out float entropy);

        var expected = LogSoftmaxReference.LogProbabilities(Doubles.Of(logits), 1.25);
        var actual = Array.ConvertAll(logits, logit => LogSoftmax.LogProbability(logit, 1.25f, logSumExp));
        Close.AssertAll(expected, actual, 1e-6, 2e-6);
        Close.AssertEqual(LogSoftmaxReference.Entropy(Doubles.Of(logits), 1.25), entropy, 1e-6, 1e-6);
    }

    [Theory, MemberData(nameof(SmallWidths))]
    public void Backward_matches_central_differences(int V)
    {
        var logits = Randoms.Normal(V, seed: V, scale: 2);
        int target = V / 2;
        double Loss(double[] at) =>
            1.5f * LogSoftmaxReference.LogProbabilities(at, 0.8f)[target] - 0.7f * LogSoftmaxReference.Entropy(at, 0.8f);
        var expected = Doubles.Gradient(Loss, logits);
        LogSoftmax.Forward(logits, 0.8f, out float logSumExp, out float entropy);

        LogSoftmax.Backward(logits, 0.8f, logSumExp, target, dLogProbability: 1.5f, entropy, dEntropy: -0.7f);

        Close.AssertAll(expected, logits, 3e-6, 1e-6);
    }

    [Fact]
    public void Impossible_tokens_have_probability_zero_and_no_gradient()
    {
        float[] logits = [1, float.NegativeInfinity, 2, float.NegativeInfinity, 0.5f];

        LogSoftmax.Forward(logits, 1, out float logSumExp, out float entropy);
        float impossible = LogSoftmax.LogProbability(logits[1], 1, logSumExp);
        LogSoftmax.Backward(logits, 1, logSumExp, target: 2, dLogProbability: 1, entropy, dEntropy: 1);

        Close.AssertEqual(LogSoftmaxReference.Entropy([1, 2, 0.5], 1), entropy, 1e-6);
        Assert.Equal(float.NegativeInfinity, impossible);
        Assert.Equal([0, 0], [logits[1], logits[3]]);
        Assert.All(logits, d => Assert.True(float.IsFinite(d)));
    }

    [Fact]
    public void A_nan_among_the_logits_is_not_hidden()
    {
        var logits = Randoms.Normal(50, seed: 1);
        logits[37] = float.NaN;

        LogSoftmax.Forward(logits, 1, out float logSumExp, out float entropy);

        Assert.True(float.IsNaN(logSumExp) && float.IsNaN(entropy));
    }

    [Theory, MemberData(nameof(GoldenCases))]
    public void Log_probabilities_entropies_and_gradients_match_the_golden_case(string name)
    {
        var golden = Golden().Single(c => c.GetProperty("name").GetString() == name);
        var (settings, inputs, expected) = (golden.GetProperty("settings"), golden.GetProperty("inputs"), golden.GetProperty("expected"));
        double scale = settings.GetProperty("logit_scale").GetDouble();
        var softcap = settings.GetProperty("logit_softcap");
        double cap = softcap.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : softcap.GetDouble();
        float inverseTemperature = (float)(1 / settings.GetProperty("temperature").GetDouble());

        for (int t = 0; t < inputs.GetProperty("ids").GetArrayLength(); t++)
        {
            // Scale and soft cap belong to the model, not to this kernel.
            var raw = Numbers(inputs.GetProperty("logits")[t]);
            float[] row = [.. raw.Select(x => (float)(double.IsInfinity(cap) ? scale * x : cap * Math.Tanh(scale * x / cap)))];
            double[] slope = [.. raw.Select(x => double.IsInfinity(cap) ? scale : scale * (1 - Math.Pow(Math.Tanh(scale * x / cap), 2)))];
            int id = inputs.GetProperty("ids")[t].GetInt32();

            LogSoftmax.Forward(row, inverseTemperature, out float logSumExp, out float entropy);
            float logP = LogSoftmax.LogProbability(row[id], inverseTemperature, logSumExp);
            LogSoftmax.Backward(
                row, inverseTemperature, logSumExp, id, inputs.GetProperty("w")[t].GetSingle(), entropy, inputs.GetProperty("u")[t].GetSingle());

            Close.AssertEqual(expected.GetProperty("logp")[t].GetDouble(), logP, 2e-5, 2e-5);
            Close.AssertEqual(expected.GetProperty("entropy")[t].GetDouble(), entropy, 2e-5, 2e-5);
            Close.AssertAll(Numbers(expected.GetProperty("grad_logits")[t]), [.. row.Zip(slope, (d, s) => (float)(d * s))], 2e-5, 2e-5);
        }
    }

    static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    static List<JsonElement> Golden()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Material", "losses", "entropy-logprob.json");
        return [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("cases").EnumerateArray()];
    }
}
