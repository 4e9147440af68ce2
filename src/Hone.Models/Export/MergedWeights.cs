using System.Numerics;
using Hone.Models.Configuration;
using Hone.Models.Weights;

namespace Hone.Models.Export;

/// <summary>
/// The tensors of a model folder under their published names with an adapter merged into them: W + scale · B·A, summed in double and rounded
/// to F32 once. One tensor at a time is in memory.
/// </summary>
public sealed class MergedWeights : WeightSource, IDisposable
{
    readonly WeightFiles _files;
    readonly AdapterConfig? _adapter;
    readonly IReadOnlyDictionary<string, LoraFactors> _modules;

    MergedWeights(DecoderConfig config, WeightFiles files, AdapterConfig? adapter, IReadOnlyDictionary<string, LoraFactors> modules)
        : base(config)
    {
        _files = files;
        _adapter = adapter;
        _modules = modules;
    }

    /// <param name="folder">A model folder.</param>
    /// <param name="adapter">An adapter's folder, or null for the model as it is.</param>
    /// <exception cref="ModelFileException">A folder cannot be used, or the adapter is another model's.</exception>
    public static MergedWeights Open(string folder, string? adapter)
    {
        var config = DecoderConfigReader.Read(folder);
        var (settings, modules) = adapter is null ? (null, new Dictionary<string, LoraFactors>()) : AdapterFiles.Read(adapter);
        var files = WeightFiles.Open(folder);
        try
        {
            TensorCheck.Run(config, files);
            var merged = new MergedWeights(config, files, settings, modules);
            string[] problems = [.. merged.Misfits()];
            return problems.Length == 0 ? merged : throw new ModelFileException(adapter!, problems);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>How the folder stores a tensor.</summary>
    public ElementKind Kind(string name) => _files.Entry(name).Kind;

    public override float[] Read(string name)
    {
        float[] weights = _files.ReadF32(name);
        if (FactorsOf(name) is { } factors)
        {
            Add(factors, _adapter!.ScaleOf(ModuleOf(name)), weights);
        }

        return weights;
    }

    public void Dispose() => _files.Dispose();

    IEnumerable<string> Misfits()
    {
        var shapes = Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        foreach (var (module, factors) in _modules)
        {
            if (!shapes.TryGetValue(module + ".weight", out long[]? shape) || !IsLinear(module))
            {
                yield return $"the adapter changes '{module}', which is no linear layer of the base model.";
            }
            else if (shape is not [var outputs, var inputs] || outputs != factors.Outputs || inputs != factors.Inputs)
            {
                yield return $"the adapter's '{module}' maps {factors.Inputs} to {factors.Outputs}, but the base model's is "
                    + $"[{string.Join(", ", shape)}].";
            }
        }
    }

    // Embedding and head are matrices too, but Hone's adapters do not change them.
    static bool IsLinear(string module) => module.StartsWith("model.layers.", StringComparison.Ordinal);

    LoraFactors? FactorsOf(string name) => ModuleOf(name) is { Length: > 0 } module ? _modules.GetValueOrDefault(module) : null;

    static string ModuleOf(string name) => name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : "";

    static void Add(LoraFactors factors, double scale, float[] weights)
    {
        int K = factors.Inputs;
        double[] a = Array.ConvertAll(factors.A, value => (double)value), row = new double[K];
        for (int n = 0; n < factors.Outputs; n++)
        {
            Array.Clear(row);
            for (int r = 0; r < factors.Rank; r++)
            {
                AddScaled(a.AsSpan(r * K, K), scale * factors.B[(n * factors.Rank) + r], row);
            }

            var target = weights.AsSpan(n * K, K);
            for (int k = 0; k < K; k++)
            {
                target[k] = (float)(target[k] + row[k]);
            }
        }
    }

    static void AddScaled(ReadOnlySpan<double> x, double scale, Span<double> sum)
    {
        int i = 0, lanes = Vector<double>.Count;
        for (; i <= x.Length - lanes; i += lanes)
        {
            (new Vector<double>(sum[i..]) + (new Vector<double>(x[i..]) * scale)).CopyTo(sum[i..]);
        }

        for (; i < x.Length; i++)
        {
            sum[i] += x[i] * scale;
        }
    }
}
