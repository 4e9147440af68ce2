using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tensors.Ops;

namespace Hone.Models;

/// <summary>Low-rank additions to a decoder's linear layers, in F32: A random, B zero at the start, so that the first step is the base model.</summary>
public sealed class LoraAdapter : IDisposable
{
    readonly SortedDictionary<string, LowRank> _modules = new(StringComparer.Ordinal);

    LoraAdapter(AdapterConfig config) => Config = config;

    public AdapterConfig Config { get; }

    /// <summary>Every factor, module by module in ordinal order of their names, A before B.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. _modules.Values.SelectMany(factors => new[] { factors.A, factors.B })];

    /// <summary>A sentence for each target module that the decoder has no linear layer for.</summary>
    /// <param name="setting">What the user calls the list.</param>
    public static IEnumerable<string> TargetProblems(Decoder decoder, AdapterConfig config, string setting)
    {
        string[] modules = [.. decoder.LinearLayers.Select(linear => linear.Module)];
        string[] names = [.. modules.Select(module => module[(module.LastIndexOf('.') + 1)..]).Distinct()];
        return (config.TargetModules ?? [])
            .Where(target => !Array.Exists(modules, (config with { TargetModules = [target] }).Targets))
            .Select(target => $"{setting} names '{target}', but the linear layers of this {decoder.Config.ModelType} model are {string.Join(", ", names)}.");
    }

    /// <summary>A [R, K] uniform in ±1/√K (as PEFT draws it), from (seed, module, element) alone; B zero.</summary>
    /// <exception cref="ModelFileException">A target names no linear layer of the decoder.</exception>
    public static LoraAdapter Create(Decoder decoder, AdapterConfig config, ulong seed)
    {
        RequireTargets(decoder, config);
        var adapter = new LoraAdapter(config);
        var random = new Philox(seed, RandomPurpose.AdapterStart);
        int index = 0;
        foreach (var linear in decoder.LinearLayers)
        {
            if (IsTarget(config, linear))
            {
                int rank = config.RankOf(linear.Module);
                var a = new float[rank * linear.Weight.Columns];
                float bound = 1f / MathF.Sqrt(linear.Weight.Columns);
                for (int i = 0; i < a.Length; i++)
                {
                    a[i] = ((2 * random.Uniform((uint)index, (uint)i, 0, 0)) - 1) * bound;
                }

                adapter.Add(linear, new(rank, linear.Weight.Columns, linear.Weight.Rows, a, new float[linear.Weight.Rows * rank]));
            }

            index++;
        }

        return adapter;
    }

    /// <summary>An adapter that trains and has no memory, for a device that only looks at shapes.</summary>
    /// <exception cref="ModelFileException">A target names no linear layer of the decoder.</exception>
    public static LoraAdapter OfShapes(Decoder decoder, AdapterConfig config)
    {
        RequireTargets(decoder, config);
        var adapter = new LoraAdapter(config);
        foreach (var linear in decoder.LinearLayers.Where(linear => IsTarget(config, linear)))
        {
            var (name, weight) = (linear.Module, linear.Weight);
            adapter._modules[name] = new LowRank(
                Parameter.OfShape(name + ".lora_A.weight", config.RankOf(name), weight.Columns, ElementType.F32, trains: true),
                Parameter.OfShape(name + ".lora_B.weight", weight.Rows, config.RankOf(name), ElementType.F32, trains: true),
                config.ScaleOf(name));
        }

        return adapter;
    }

    /// <summary>Reads an adapter folder as PEFT writes it and checks it against the decoder.</summary>
    /// <exception cref="ModelFileException">Broken files, or modules and shapes that the decoder does not have.</exception>
    public static LoraAdapter Load(Decoder decoder, string folder)
    {
        var (config, modules) = AdapterFiles.Read(folder);
        var adapter = new LoraAdapter(config);
        var layers = decoder.LinearLayers.ToDictionary(linear => linear.Module, StringComparer.Ordinal);
        List<string> problems = [];
        foreach (var (module, factors) in modules)
        {
            if (!layers.TryGetValue(module, out var linear))
            {
                problems.Add($"the adapter changes '{module}', which the base model does not have.");
            }
            else if (factors.Inputs != linear.Weight.Columns || factors.Outputs != linear.Weight.Rows)
            {
                problems.Add($"the adapter's '{module}' maps {factors.Inputs} to {factors.Outputs}, but the base model's maps "
                    + $"{linear.Weight.Columns} to {linear.Weight.Rows}.");
            }
            else
            {
                adapter.Add(linear, factors);
            }
        }

        return problems.Count == 0 ? adapter : throw new ModelFileException(folder, problems);
    }

    public LowRank? Find(string module) => _modules.GetValueOrDefault(module);

    /// <summary>Writes the folder that PEFT and <see cref="Load"/> read. The same factors give the same bytes.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        AdapterFiles.Write(folder, Config, _modules.ToDictionary(
            pair => pair.Key,
            pair => new LoraFactors(
                pair.Value.A.Rows, pair.Value.A.Columns, pair.Value.B.Rows,
                pair.Value.A.Values!.Span.ToArray(), pair.Value.B.Values!.Span.ToArray())));
    }

    /// <summary>W += Scale · B·A for every module, after which the decoder alone is what it was with the adapter attached.</summary>
    /// <param name="decoder">Loaded trainable, so that its weights can change; without an adapter attached.</param>
    public void MergeInto(Decoder decoder)
    {
        foreach (var linear in decoder.LinearLayers)
        {
            if (Find(linear.Module) is { } factors)
            {
                AddProduct(factors, linear.Weight.Values
                    ?? throw new InvalidOperationException($"'{linear.Module}' was loaded frozen; an adapter merges into weights that can change."));
                linear.Weight.Refresh(decoder.Device);
            }
        }
    }

    public void Train()
    {
        foreach (var parameter in Parameters)
        {
            parameter.Train();
        }
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters)
        {
            parameter.Dispose();
        }
    }

    static bool IsTarget(AdapterConfig config, LinearLayer linear) =>
        config.Targets(linear.Module) && (config.TargetModules is not null || !linear.IsRouter);

    static void RequireTargets(Decoder decoder, AdapterConfig config)
    {
        var modules = decoder.LinearLayers.Select(linear => linear.Module).ToArray();
        string[] without = [.. (config.TargetModules ?? []).Where(target => !modules.Any(module => AdapterConfig.IsNamed(module, target)))];
        if (without.Length > 0)
        {
            string known = string.Join(", ", modules.Select(module => module[(module.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal));
            string fused = decoder.Config.Experts is { Storage: not ExpertStorage.Modules } ? " Its experts are one tensor and have no modules to adapt." : "";
            throw new ModelFileException(
                decoder.Config.ModelType, $"the adapter's targets name {string.Join(", ", without)}, but the model's linear layers are {known}.{fused}");
        }
    }

    static void AddProduct(LowRank factors, Tensor weight)
    {
        Tensor a = factors.A.Values!, b = factors.B.Values!;
        for (int n = 0; n < weight.Rows; n++)
        {
            for (int r = 0; r < a.Rows; r++)
            {
                ElementWise.AddScaled(a.RowSpan(r), factors.Scale * b.RowSpan(n)[r], weight.RowSpan(n));
            }
        }
    }

    void Add(LinearLayer linear, LoraFactors factors) => _modules[linear.Module] = new LowRank(
        Parameter.Matrix(linear.Module + ".lora_A.weight", factors.Rank, factors.Inputs, factors.A),
        Parameter.Matrix(linear.Module + ".lora_B.weight", factors.Outputs, factors.Rank, factors.B),
        Config.ScaleOf(linear.Module));
}
