using Hone.Models.Configuration;
using Hone.Models.Export;
using Hone.Models.Weights;

namespace Hone.Models.Gguf;

/// <summary>Writes weights as one GGUF file that llama.cpp runs: its tensor names, its keys, the tokenizer and the chat template.</summary>
public static class GgufExport
{
    /// <param name="source">The folder that the weights come from, with tokenizer.json.</param>
    /// <param name="path">The new file. It is written aside and appears whole.</param>
    /// <param name="kind">How matrices are stored; norms and biases are F32. Q8_0 needs rows of a multiple of 32: others become F16.</param>
    /// <returns>Bytes of the tensors.</returns>
    /// <exception cref="ModelFileException">llama.cpp has no such model or tokenizer.</exception>
    public static long Write(WeightSource weights, string source, string path, GgufTensorKind kind)
    {
        var config = weights.Config;
        string[] problems = [.. GgufLimits.Problems(config)];
        if (problems.Length > 0)
        {
            throw new ModelFileException(Path.Combine(source, DecoderConfigReader.ConfigName), problems);
        }

        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", GgufArchitecture.NameOf(config)!);
        metadata.Add("general.type", "model");
        metadata.Add("general.name", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source))));
        metadata.Add("general.file_type", FileType(kind));
        metadata.Add("general.quantization_version", 2);
        GgufHyperparameters.Add(metadata, config);
        GgufVocabulary.Add(metadata, source, config);
        var tensors = Tensors(weights, kind);
        GgufWriter.Write(path, metadata, tensors);
        return tensors.Sum(tensor => tensor.Bytes);
    }

    /// <summary>Where llama.cpp computes something else than the model, in sentences.</summary>
    public static IEnumerable<string> Notes(DecoderConfig config, string source) =>
        File.Exists(Path.Combine(source, GgufVocabulary.FileName))
            ? GgufLimits.Notes(config)
            : GgufLimits.Notes(config).Append($"{source} has no {GgufVocabulary.FileName}, so the file has no tokenizer: llama.cpp takes token ids only.");

    static List<GgufTensor> Tensors(WeightSource weights, GgufTensorKind kind)
    {
        List<GgufTensor> tensors = [];
        foreach (var (name, shape) in weights.Tensors)
        {
            tensors.Add(new(GgufNames.Of(name, weights.Config), KindOf(kind, shape), shape, () => GgufNumbers.ToFile(weights.Config, name, weights.Read(name))));
        }

        tensors.AddRange(GgufHyperparameters.Divisors(weights.Config)
            .Select(pair => new GgufTensor(pair.Name, GgufTensorKind.F32, [pair.Divisors.Length], () => pair.Divisors)));
        return tensors;
    }

    static GgufTensorKind KindOf(GgufTensorKind kind, long[] shape) =>
        shape.Length == 1 ? GgufTensorKind.F32 : shape[^1] % kind.BlockLength() == 0 ? kind : GgufTensorKind.F16;

    // llama.cpp's numbers for what a file mostly holds.
    static int FileType(GgufTensorKind kind) => kind switch
    {
        GgufTensorKind.F32 => 0,
        GgufTensorKind.F16 => 1,
        GgufTensorKind.Q8_0 => 7,
        _ => 32,
    };
}
