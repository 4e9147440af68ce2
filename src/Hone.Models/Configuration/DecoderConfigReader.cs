using Hone.Models.Configuration.Families;
using Hone.Models.Weights;

namespace Hone.Models.Configuration;

/// <summary>
/// Reads <c>config.json</c> and <c>generation_config.json</c> of a Hugging Face model folder, in the spelling of transformers 4 and 5.
/// What Hone does not compute is refused by name, never ignored.
/// </summary>
public static class DecoderConfigReader
{
    public const string ConfigName = "config.json";
    public const string GenerationConfigName = "generation_config.json";

    static readonly Dictionary<string, (string ModelType, Func<ConfigKeys, DecoderConfig> Read)> _families = new(StringComparer.Ordinal)
    {
        [Gemma2.Architecture] = (Gemma2.ModelType, Gemma2.Read),
        [Gemma3.Architecture] = (Gemma3.ModelType, Gemma3.Read),
        [GptOss.Architecture] = (GptOss.ModelType, GptOss.Read),
        [Granite.Architecture] = (Granite.ModelType, Granite.Read),
        [Llama.Architecture] = (Llama.ModelType, Llama.Read),
        [Mistral.Architecture] = (Mistral.ModelType, Mistral.Read),
        [Olmo2.Architecture] = (Olmo2.ModelType, Olmo2.Read),
        [Phi3.Architecture] = (Phi3.ModelType, Phi3.Read),
        [QwenThree.Architecture] = (QwenThree.ModelType, QwenThree.Read),
        [QwenThreeMoe.Architecture] = (QwenThreeMoe.ModelType, QwenThreeMoe.Read),
        [QwenTwo.Architecture] = (QwenTwo.ModelType, QwenTwo.Read),
        [QwenTwoMoe.Architecture] = (QwenTwoMoe.ModelType, QwenTwoMoe.Read),
        [SmolLm3.Architecture] = (SmolLm3.ModelType, SmolLm3.Read),
    };

    /// <summary>What Hone runs, as the key <c>architectures</c> names it.</summary>
    public static IEnumerable<string> Architectures => _families.Keys;

    /// <exception cref="ModelFileException">With every problem of the file at once.</exception>
    public static DecoderConfig Read(string folder)
    {
        FolderLinks.RequireInside(folder);
        return ReadFiles(Path.Combine(folder, ConfigName), Path.Combine(folder, GenerationConfigName));
    }

    /// <summary><see cref="Read"/> for files with other names.</summary>
    public static DecoderConfig ReadFiles(string configPath, string generationConfigPath)
    {
        var config = ReadConfig(configPath);
        return File.Exists(generationConfigPath)
            ? config with { EosTokenIds = [.. config.EosTokenIds.Union(ReadEosTokenIds(generationConfigPath, config.VocabularySize))] }
            : config;
    }

    static DecoderConfig ReadConfig(string path)
    {
        using var document = JsonFile.Read(path);
        List<string> problems = [];
        var keys = new ConfigKeys(document.RootElement, problems);
        var read = Family(keys);
        var config = read?.Invoke(keys);
        return config is not null && problems.Count == 0 ? config : throw new ModelFileException(path, problems);
    }

    // Nothing else in the file has a known meaning when the architecture has none, so its problems stand alone.
    static Func<ConfigKeys, DecoderConfig>? Family(ConfigKeys keys)
    {
        string known = string.Join(", ", _families.Keys.Order(StringComparer.Ordinal));
        string[]? names = keys.Texts("architectures");
        string? modelType = keys.Text("model_type");
        if (names is not [string name] || !_families.TryGetValue(name, out var family))
        {
            string shown = names is { Length: > 0 } ? string.Join(", ", names) : "missing";
            keys.Problem($"architectures is {shown} (model_type {modelType ?? "missing"}); Hone runs {known}.");
            return null;
        }

        if (modelType != family.ModelType)
        {
            keys.Problem($"model_type is {modelType ?? "missing"}, expected {family.ModelType} for {name}.");
            return null;
        }

        return family.Read;
    }

    static int[] ReadEosTokenIds(string path, int vocabularySize)
    {
        using var document = JsonFile.Read(path);
        List<string> problems = [];
        int[] ids = new ConfigKeys(document.RootElement, problems).TokenIds("eos_token_id", vocabularySize);
        return problems.Count == 0 ? ids : throw new ModelFileException(path, problems);
    }
}
