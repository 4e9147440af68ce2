using Hone.Models.Weights;

namespace Hone.Models.Configuration;

/// <summary>Compares the tensors that a configuration needs with those that a folder has.</summary>
public static class TensorCheck
{
    // A configuration of thousands of layers with thousands of experts each lacks millions of tensors.
    const int MostNamed = 10_000;

    /// <summary>Refuses weights that lack a tensor, have one of another shape or kind, or have one that would not be used.</summary>
    /// <exception cref="ModelFileException">With every problem at once.</exception>
    public static void Run(DecoderConfig config, WeightFiles weights)
    {
        List<string> problems = [];
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in DecoderTensors.All(config))
        {
            expected.Add(name);
            if (ProblemOf(weights, name, shape) is { } problem)
            {
                problems.Add(problem);
            }

            if (problems.Count == MostNamed)
            {
                problems.Add("There are more; config.json and the weights do not belong together.");
                throw new ModelFileException(weights.Folder, problems);
            }
        }

        problems.AddRange(weights.Names.Where(name => !expected.Contains(name) && !IsRedundant(config, name))
            .Select(name => $"tensor '{name}' has no place in a {config.ModelType} model of config.json's form."));
        if (problems.Count > 0)
        {
            throw new ModelFileException(weights.Folder, problems);
        }
    }

    static string? ProblemOf(WeightFiles weights, string name, long[] shape)
    {
        if (!weights.Has(name))
        {
            return $"tensor '{name}' is missing.";
        }

        var entry = weights.Entry(name);
        if (!entry.Shape.AsSpan().SequenceEqual(shape))
        {
            return $"tensor '{name}' is {entry.ShapeText}, but config.json needs [{string.Join(", ", shape)}].";
        }

        if (ExpertTensors.IsMxfp4(name))
        {
            return entry.Kind == ElementKind.U8 ? null : $"tensor '{name}' is {entry.Kind}, expected U8.";
        }

        return entry.Kind is ElementKind.F32 or ElementKind.F16 or ElementKind.BF16
            ? null
            : $"tensor '{name}' is {entry.Kind}, expected F32, F16 or BF16.";
    }

    // A tied head repeats the embedding; old Llama files hold the frequencies that config.json determines.
    static bool IsRedundant(DecoderConfig config, string name) =>
        (config.TieEmbeddings && name == DecoderTensors.Head) || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);
}
