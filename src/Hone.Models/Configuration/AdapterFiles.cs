using System.Text.RegularExpressions;
using Hone.Models.Weights;

namespace Hone.Models.Configuration;

/// <summary>
/// A LoRA adapter's folder as PEFT reads and writes it: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.
/// Modules are named by their path in the base model, such as <c>model.layers.0.self_attn.q_proj</c>.
/// </summary>
public static class AdapterFiles
{
    public const string WeightsName = "adapter_model.safetensors";

    const string Prefix = "base_model.model.";
    const string SuffixA = ".lora_A.weight";
    const string SuffixB = ".lora_B.weight";

    // How PEFT names factors in memory; some trainers save the names as they are.
    const string InMemory = ".default.weight";

    /// <exception cref="ModelFileException">A file is missing or damaged, or the adapter is more than plain LoRA; every problem is named.</exception>
    public static (AdapterConfig Config, IReadOnlyDictionary<string, LoraFactors> Modules) Read(string folder)
    {
        FolderLinks.RequireInside(folder);
        var (config, isNarrowed) = AdapterConfigFile.Read(Path.Combine(folder, AdapterConfigFile.Name));
        using var file = Open(folder);
        List<string> problems = [];
        var tensors = NamesByModule(file, problems);
        config = isNarrowed ? config with { TargetModules = [.. tensors.Keys], TargetPattern = null } : config;
        var modules = new SortedDictionary<string, LoraFactors>(StringComparer.Ordinal);
        try
        {
            foreach (var (module, (a, b)) in tensors)
            {
                string? problem = ProblemOf(file, config, module, a, b);
                if (problem is null)
                {
                    var (shapeA, shapeB) = (file.Entry(a!).Shape, file.Entry(b!).Shape);
                    modules[module] = new((int)shapeA[0], (int)shapeA[1], (int)shapeB[0], file.ReadF32(a!), file.ReadF32(b!));
                    problems.AddRange(new[] { (Name: a!, Values: modules[module].A), (Name: b!, Values: modules[module].B) }
                        .Where(factor => factor.Values.Any(value => !float.IsFinite(value)))
                        .Select(factor => $"tensor '{factor.Name}' holds a number that is not finite; the adapter is damaged."));
                }
                else
                {
                    problems.Add(problem);
                }
            }
        }
        catch (RegexMatchTimeoutException timeout)
        {
            problems.Add($"the pattern {timeout.Pattern} takes too long on the name of a module; write a simpler one.");
        }

        if (tensors.Count == 0 && problems.Count == 0)
        {
            problems.Add("the file has no LoRA tensors.");
        }

        return problems.Count == 0 ? (config, modules) : throw new ModelFileException(file.Path, problems);
    }

    static SafetensorsFile Open(string folder)
    {
        string path = Path.Combine(folder, WeightsName), pickled = Path.Combine(folder, "adapter_model.bin");
        if (!File.Exists(path) && File.Exists(pickled))
        {
            throw new ModelFileException(
                pickled,
                "a .bin file is a pickle, which can run code when it is opened, so Hone does not read it; convert it where PyTorch is installed: "
                + "python -c \"import torch, safetensors.torch as s; s.save_file({k: v.contiguous() for k, v in "
                + $"torch.load('adapter_model.bin', weights_only=True).items()}}, '{WeightsName}')\".");
        }

        return SafetensorsFile.Open(path);
    }

    /// <summary>Writes the folder, which must exist. The same factors give the same bytes.</summary>
    public static void Write(string folder, AdapterConfig config, IReadOnlyDictionary<string, LoraFactors> modules)
    {
        foreach (var (module, factors) in modules)
        {
            RequireFits(config, module, factors);
        }

        var tensors = modules.SelectMany(pair => new[]
        {
            TensorContent.F32(Prefix + pair.Key + SuffixA, [pair.Value.Rank, pair.Value.Inputs], pair.Value.A),
            TensorContent.F32(Prefix + pair.Key + SuffixB, [pair.Value.Outputs, pair.Value.Rank], pair.Value.B),
        });
        SafetensorsWriter.Write(Path.Combine(folder, WeightsName), tensors, new Dictionary<string, string> { ["format"] = "pt" });

        var targets = config.TargetModules ?? [.. modules.Keys.Select(module => module[(module.LastIndexOf('.') + 1)..]).Distinct()];
        AdapterConfigFile.Write(
            Path.Combine(folder, AdapterConfigFile.Name), config, [.. targets.Order(StringComparer.Ordinal)]);
    }

    static SortedDictionary<string, (string? A, string? B)> NamesByModule(SafetensorsFile file, List<string> problems)
    {
        var modules = new SortedDictionary<string, (string? A, string? B)>(StringComparer.Ordinal);
        foreach (string name in file.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            string path = name.EndsWith(InMemory, StringComparison.Ordinal) ? name[..^InMemory.Length] + ".weight" : name;
            bool isA = path.EndsWith(SuffixA, StringComparison.Ordinal);
            if (!isA && !path.EndsWith(SuffixB, StringComparison.Ordinal))
            {
                problems.Add($"tensor '{name}' is no LoRA factor; Hone reads names that end in {SuffixA} or {SuffixB}.");
                continue;
            }

            string module = ModuleOf(path[..^SuffixA.Length]);
            var pair = modules.GetValueOrDefault(module);
            if ((isA ? pair.A : pair.B) is { } twin)
            {
                problems.Add($"tensors '{name}' and '{twin}' are the same factor of the same module.");
            }

            modules[module] = isA ? (name, pair.B) : (pair.A, name);
        }

        return modules;
    }

    // An adapter that was trained on the model without its head names its layers without "model.".
    static string ModuleOf(string path)
    {
        string module = path.StartsWith(Prefix, StringComparison.Ordinal) ? path[Prefix.Length..] : path;
        return module.StartsWith("layers.", StringComparison.Ordinal) ? "model." + module : module;
    }

    static string? ProblemOf(SafetensorsFile file, AdapterConfig config, string module, string? a, string? b)
    {
        if (a is null || b is null)
        {
            return $"module '{module}' has no {(a is null ? SuffixA : SuffixB)}.";
        }

        if (!config.Targets(module))
        {
            return $"module '{module}' has factors, but target_modules in {AdapterConfigFile.Name} does not name it.";
        }

        var (entryA, entryB) = (file.Entry(a), file.Entry(b));
        int needed = config.RankOf(module);
        return FormProblem(entryA, entryA.Shape is [var rank, > 0] && rank == needed, $"[{needed}, inputs]")
            ?? FormProblem(entryB, entryB.Shape is [> 0, var columns] && columns == needed, $"[outputs, {needed}]");
    }

    static string? FormProblem(SafetensorsEntry entry, bool fits, string expected) =>
        !fits ? $"tensor '{entry.Name}' is {entry.ShapeText}, but {AdapterConfigFile.Name} needs {expected}."
        : entry.Kind is ElementKind.F32 or ElementKind.F16 or ElementKind.BF16 ? null
        : $"tensor '{entry.Name}' is {entry.Kind}, expected F32, F16 or BF16.";

    static void RequireFits(AdapterConfig config, string module, LoraFactors factors)
    {
        if (factors.Rank != config.RankOf(module) || !config.Targets(module)
            || factors.A.Length != factors.Rank * factors.Inputs || factors.B.Length != factors.Outputs * factors.Rank)
        {
            throw new ArgumentException(
                $"The factors of '{module}' (rank {factors.Rank}, {factors.Inputs} to {factors.Outputs}, {factors.A.Length} and "
                + $"{factors.B.Length} numbers) do not fit rank {config.RankOf(module)} and the target modules.", nameof(factors));
        }
    }
}
