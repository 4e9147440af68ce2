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
        "auto_mapping", "inference_mode", "lora_dropout", "megatron_core", "peft_version", "qalora_group_size", "revision",
    };

    // Ways to fill A and B at the start that leave the base model as it is. PiSSA, OLoRA, CorDA and LoftQ change it.
    static readonly string[] _startsWithPlainBase = ["true", "false", "gaussian", "orthogonal", "eva"];

    public static AdapterConfig Read(string path)
    {
        using var document = JsonFile.Read(path);
        List<string> problems = [];
        var keys = new ConfigKeys(document.RootElement, problems);
        var config = new AdapterConfig
        {
            Rank = keys.Size("r"),
            Alpha = keys.Positive("lora_alpha"),
            TargetModules = ReadTargets(keys),
            UseRsLora = keys.Flag("use_rslora", absent: false),
            BaseModel = keys.Text("base_model_name_or_path") ?? "",
        };
        RefuseOthers(document.RootElement, keys);
        return problems.Count == 0 ? config : throw new ModelFileException(path, problems);
    }

    /// <summary>Writes <paramref name="targets"/> as the target modules: PEFT needs them spelled out.</summary>
    public static void Write(string path, AdapterConfig config, IReadOnlyList<string> targets) =>
        JsonFile.Write(path, json =>
        {
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
            json.WriteNull("revision");
            json.WriteStartArray("target_modules");
            foreach (string target in targets)
            {
                json.WriteStringValue(target);
            }

            json.WriteEndArray();
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("use_rslora", config.UseRsLora);
        });

    static string[]? ReadTargets(ConfigKeys keys)
    {
        if (keys.Find("target_modules") is { ValueKind: JsonValueKind.String } text)
        {
            if (text.GetString() != AllLinear)
            {
                keys.Problem($"target_modules is the pattern {text.GetString()}; Hone reads a list of names or {AllLinear}.");
            }

            return null;
        }

        return keys.Texts("target_modules");
    }

    static void RefuseOthers(JsonElement root, ConfigKeys keys)
    {
        keys.Only("peft_type", "LORA");
        keys.Only("task_type", "CAUSAL_LM");
        keys.Only("bias", "none");
        if (keys.Find("target_parameters") is { } parameters && !IsOff(parameters))
        {
            keys.Problem($"target_parameters is {ConfigKeys.Shown(parameters)}; Hone adapts linear modules only, which target_modules names.");
        }

        string start = keys.Find("init_lora_weights") is { } value ? ConfigKeys.Shown(value) : "true";
        if (!_startsWithPlainBase.Contains(start))
        {
            keys.Problem($"init_lora_weights is {start}, which changes the base model; convert the adapter to plain LoRA first.");
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
