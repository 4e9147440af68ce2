using System.Text.Json;
using Hone.Models.Weights;

namespace Hone.Models.Configuration;

/// <summary>Reads and writes <c>adapter_config.json</c>.</summary>
static class AdapterConfigFile
{
    public const string Name = "adapter_config.json";

    // "All linear modules" in PEFT's own word.
    const string AllLinear = "all-linear";

    // Concern training, other programs, or switched-off features; the tensors say everything else.
    static readonly HashSet<string> _harmless = new(StringComparer.Ordinal)
    {
        "auto_mapping", "inference_mode", "lora_dropout", "megatron_core", "peft_version", "qalora_group_size", "revision", "runtime_config",
    };

    // Narrow the target modules when an adapter is made. An adapter that exists has factors for what is left.
    static readonly string[] _narrowing = ["exclude_modules", "layers_to_transform", "layers_pattern"];

    // Ways to fill A and B at the start that leave the base model as it is. PiSSA, OLoRA, CorDA and LoftQ change it.
    static readonly string[] _startsWithPlainBase = ["true", "false", "gaussian", "orthogonal", "eva"];

    static readonly (string Key, string Words)[] _others =
    [
        ("modules_to_save", "whole modules beside LoRA's factors"),
        ("use_dora", "weights normalised as DoRA does"),
        ("lora_bias", "biases beside LoRA's factors"),
        ("trainable_token_indices", "rows of the embedding"),
        ("layer_replication", "layers stacked more than once"),
        ("alora_invocation_tokens", "LoRA that begins at certain tokens"),
    ];

    /// <returns>The settings, and whether the tensors alone say which modules are meant: keys such as exclude_modules narrow the targets.</returns>
    public static (AdapterConfig Config, bool IsNarrowed) Read(string path)
    {
        using var document = JsonFile.Read(path);
        List<string> problems = [];
        var keys = new ConfigKeys(document.RootElement, problems);
        var (targets, pattern) = ReadTargets(keys);
        var config = new AdapterConfig
        {
            Rank = keys.Size("r"),
            Alpha = keys.Positive("lora_alpha"),
            TargetModules = targets,
            TargetPattern = pattern,
            RankPattern = ReadPatterns(keys, "rank_pattern", (inner, name) => inner.Size(name)),
            AlphaPattern = ReadPatterns(keys, "alpha_pattern", (inner, name) => inner.Positive(name)),
            UseRsLora = keys.Flag("use_rslora", absent: false),
            BaseModel = keys.Text("base_model_name_or_path") ?? "",
        };
        // Each key is looked up: one that nobody asked for would be refused.
        bool[] narrows = [.. _narrowing.Select(key => keys.Find(key) is { } value && !IsOff(value))];
        RefuseOthers(document.RootElement, keys);
        return problems.Count == 0 ? (config, narrows.Contains(true)) : throw new ModelFileException(path, problems);
    }

    /// <summary>Writes <paramref name="targets"/> as the target modules where no pattern says them: PEFT needs them spelled out.</summary>
    public static void Write(string path, AdapterConfig config, IReadOnlyList<string> targets) =>
        JsonFile.Write(path, json =>
        {
            WritePatterns(json, "alpha_pattern", config.AlphaPattern);
            json.WriteString("base_model_name_or_path", config.BaseModel);
            json.WriteString("bias", "none");
            json.WriteBoolean("fan_in_fan_out", false);
            json.WriteBoolean("inference_mode", true);
            json.WriteBoolean("init_lora_weights", true);
            json.WriteNumber("lora_alpha", config.Alpha);
            json.WritePropertyName("lora_dropout");
            json.WriteRawValue("0.0");
            json.WriteNull("modules_to_save");
            json.WriteString("peft_type", "LORA");
            json.WriteNumber("r", config.Rank);
            WritePatterns(json, "rank_pattern", config.RankPattern.Select(pair => KeyValuePair.Create(pair.Key, (double)pair.Value)));
            json.WriteNull("revision");
            WriteTargets(json, config, targets);
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("use_rslora", config.UseRsLora);
        });

    static void WriteTargets(Utf8JsonWriter json, AdapterConfig config, IReadOnlyList<string> targets)
    {
        if (config.TargetPattern is { } pattern)
        {
            json.WriteString("target_modules", pattern.Text);
            return;
        }

        json.WriteStartArray("target_modules");
        foreach (string target in targets)
        {
            json.WriteStringValue(target);
        }

        json.WriteEndArray();
    }

    // Absent where there are none, so that plain adapters keep the bytes that they have.
    static void WritePatterns(Utf8JsonWriter json, string key, IEnumerable<KeyValuePair<ModulePattern, double>> patterns)
    {
        var pairs = patterns.ToArray();
        if (pairs.Length == 0)
        {
            return;
        }

        json.WriteStartObject(key);
        foreach (var (pattern, value) in pairs)
        {
            json.WriteNumber(pattern.Text, value);
        }

        json.WriteEndObject();
    }

    static (string[]? Targets, ModulePattern? Pattern) ReadTargets(ConfigKeys keys)
    {
        if (keys.Find("target_modules") is not { ValueKind: JsonValueKind.String } text)
        {
            return (keys.Texts("target_modules"), null);
        }

        return text.GetString() == AllLinear ? (null, null) : (null, Pattern(keys, "target_modules", text.GetString()!));
    }

    static KeyValuePair<ModulePattern, T>[] ReadPatterns<T>(ConfigKeys keys, string key, Func<ConfigKeys, string, T> read)
    {
        if (keys.Find(key) is not { } json)
        {
            return [];
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            keys.Problem($"{key} is {ConfigKeys.Shown(json)}, expected an object from names of modules to numbers.");
            return [];
        }

        var inner = new ConfigKeys(json, keys.Problems, key + ".");
        List<KeyValuePair<ModulePattern, T>> pairs = [];
        foreach (var property in json.EnumerateObject())
        {
            T value = read(inner, property.Name);
            if (Pattern(keys, key, property.Name) is { } pattern)
            {
                pairs.Add(new(pattern, value));
            }
        }

        return [.. pairs];
    }

    static ModulePattern? Pattern(ConfigKeys keys, string key, string text)
    {
        try
        {
            return new ModulePattern(text);
        }
        catch (ArgumentException)
        {
            keys.Problem($"{key} has {text}, which is no regular expression.");
            return null;
        }
    }

    static void RefuseOthers(JsonElement root, ConfigKeys keys)
    {
        keys.Only("peft_type", "LORA");
        keys.Only("task_type", "CAUSAL_LM");
        keys.Only("bias", "none");
        keys.Only("fan_in_fan_out", "false");
        if (keys.Find("target_parameters") is { } parameters && !IsOff(parameters))
        {
            keys.Problem($"target_parameters is {ConfigKeys.Shown(parameters)}; Hone adapts linear modules only, which target_modules names.");
        }

        string start = keys.Find("init_lora_weights") is { } value ? ConfigKeys.Shown(value) : "true";
        if (!_startsWithPlainBase.Contains(start))
        {
            keys.Problem($"init_lora_weights is {start}, which changes the base model; convert the adapter to plain LoRA first.");
        }

        foreach (var (key, words) in _others)
        {
            if (keys.Find(key) is { } on && !IsOff(on))
            {
                keys.Problem($"{key} is {ConfigKeys.Shown(on)}: the adapter has {words}, and Hone reads plain LoRA only; merge it into its "
                    + "base model with PEFT first.");
            }
        }

        // PEFT writes every feature it knows. One that is off is false or empty; one that is on changes the numbers.
        var off = root.EnumerateObject().Where(property => IsOff(property.Value)).Select(property => property.Name);
        keys.RefuseOthers(_harmless.Concat(off).ToHashSet(StringComparer.Ordinal));
    }

    static bool IsOff(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
