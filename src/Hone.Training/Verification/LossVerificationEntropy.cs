namespace Hone.Training.Verification;

/// <summary>
/// Log-probability, entropy and their gradient from logits, in double, as the formulas stand. z = cap(scale·logit) / temperature,
/// log p = z − log Σ e^z, H = −Σ p·log p.
/// </summary>
static class LossVerificationEntropy
{
    const double Relative = 1e-10, Absolute = 1e-12;

    public static void Run(LossVerificationValue file, LossVerificationReport report)
    {
        foreach (var @case in file["cases"].Items)
        {
            Case($"entropy-logprob/{@case["name"].Text}", @case["settings"], @case["inputs"], @case["expected"], report);
        }
    }

    static void Case(
        string name, LossVerificationValue settings, LossVerificationValue inputs, LossVerificationValue expected,
        LossVerificationReport report)
    {
        int V = settings["vocabulary"].Integer;
        var ids = inputs["ids"].Items;
        int T = ids.Length;
        double[][] logits = inputs["logits"].Rows(T, V);
        double[] w = inputs["w"].Rows(T, 1).Select(row => row[0]).ToArray(), u = inputs["u"].Rows(T, 1).Select(row => row[0]).ToArray();
        double[] logProbabilities = new double[T], entropies = new double[T], gradient = new double[T * V];
        double objective = 0;
        for (int t = 0; t < T; t++)
        {
            int id = ids[t].Integer;
            if (id < 0 || id >= V)
            {
                throw ids[t].Unlike($"a token id below {V}");
            }

            (logProbabilities[t], entropies[t]) = Token(settings, logits[t], id, w[t], u[t], gradient.AsSpan(t * V, V));
            objective += w[t] * logProbabilities[t] + u[t] * entropies[t];
        }

        report.Compare(name, "logp", logProbabilities, expected["logp"], Relative, Absolute);
        report.Compare(name, "entropy", entropies, expected["entropy"], Relative, Absolute);
        report.Compare(name, "objective", [objective], expected["objective"], Relative, Absolute);
        report.Compare(name, "grad_logits", gradient, expected["grad_logits"], Relative, Absolute);
    }

    /// <summary>Assigns ∂(w·logp + u·H)/∂logits = (w(1[j = id] − p_j) − u·p_j(log p_j + H)) · dz_j/dlogit_j.</summary>
    static (double LogProbability, double Entropy) Token(
        LossVerificationValue settings, double[] logits, int id, double w, double u, Span<double> gradient)
    {
        double scale = settings["logit_scale"].Number, temperature = settings["temperature"].Number;
        double cap = settings["logit_softcap"].IsNull ? double.PositiveInfinity : settings["logit_softcap"].Number;
        double[] logP = [.. logits.Select(logit => Capped(scale * logit, cap) / temperature)];
        double largest = logP.Max(), logSum = largest + Math.Log(logP.Sum(z => Math.Exp(z - largest)));
        double entropy = 0;
        for (int j = 0; j < logP.Length; j++)
        {
            logP[j] -= logSum;
            double p = Math.Exp(logP[j]);
            entropy -= p > 0 ? p * logP[j] : 0;
        }

        for (int j = 0; j < logP.Length; j++)
        {
            double p = Math.Exp(logP[j]), ofEntropy = p > 0 ? p * (logP[j] + entropy) : 0;
            double tanh = double.IsFinite(cap) ? Math.Tanh(scale * logits[j] / cap) : 0;
            gradient[j] = (w * ((j == id ? 1 : 0) - p) - u * ofEntropy) * scale * (1 - tanh * tanh) / temperature;
        }

        return (logP[id], entropy);
    }

    static double Capped(double x, double cap) => double.IsFinite(cap) ? cap * Math.Tanh(x / cap) : x;
}
