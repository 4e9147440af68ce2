using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Export;
using Hone.Tensors;
using Hone.Text;

namespace Hone.Cli.Commands;

/// <summary>hone model random: a model folder with random weights, to be pretrained.</summary>
static class ModelCommand
{
    const long MaxShardBytes = 5_000_000_000;

    static readonly Option<string> _out = new("--out") { Description = "Folder of the new model.", Required = true };
    static readonly Option<string?> _tokenizer = new("--tokenizer") { Description = "Folder with tokenizer.json. With --like it may be left out: that folder's is taken." };
    static readonly Option<string?> _like = new("--like") { Description = "A config.json or a model folder whose family and shape to take, in place of the sizes below." };
    static readonly Option<int> _hidden = new("--hidden") { Description = "Hidden size (C).", DefaultValueFactory = _ => 128 };
    static readonly Option<int> _layers = new("--layers") { Description = "Layers (L).", DefaultValueFactory = _ => 3 };
    static readonly Option<int> _heads = new("--heads") { Description = "Query heads (H).", DefaultValueFactory = _ => 4 };
    static readonly Option<int> _keyValueHeads = new("--kv-heads") { Description = "Key/value heads (K).", DefaultValueFactory = _ => 2 };
    static readonly Option<int> _headWidth = new("--head-width") { Description = "Width of a head (D).", DefaultValueFactory = _ => 32 };
    static readonly Option<int> _feedForward = new("--feed-forward") { Description = "Feed-forward width (F).", DefaultValueFactory = _ => 256 };
    static readonly Option<int> _positions = new("--max-positions") { Description = "Longest sequence.", DefaultValueFactory = _ => 2048 };
    static readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the weights.", DefaultValueFactory = _ => 1UL };
    static readonly Option<string> _type = new("--type") { Description = "f32 or bf16.", DefaultValueFactory = _ => "f32" };

    public static Command Create()
    {
        _type.AcceptOnlyFromAmong("f32", "bf16");
        var random = new Command("random", "Make a model with random weights: of another model's shape, or Qwen3-style of given sizes.")
        {
            _out, _like, _tokenizer, _hidden, _layers, _heads, _keyValueHeads, _headWidth, _feedForward, _positions, _seed, _type,
        };
        random.SetAction((parsed, _) => Task.FromResult(Random(parsed)));
        return new Command("model", "Make model folders.") { random };
    }

    static int Random(ParseResult parsed)
    {
        if (parsed.GetValue(_like) is { } like)
        {
            return RandomLike(parsed, like);
        }

        string tokenizer = parsed.GetValue(_tokenizer)
            ?? throw new CommandException("--tokenizer is missing: name a folder with tokenizer.json, or another model with --like.");
        string folder = parsed.GetRequiredValue(_out);
        NewFolder.Require(folder, "--out");
        var kind = ElementTypes.Parse(parsed.GetRequiredValue(_type));
        var config = Config(parsed, tokenizer);
        using var decoder = RandomDecoder.Create(config, new CpuDevice(), parsed.GetValue(_seed));
        DecoderWriter.Save(decoder, folder, kind);
        ModelFolderFiles.CopyTokenizer(tokenizer, folder);
        long weights = decoder.Parameters.Sum(parameter => (long)parameter.Rows * parameter.Columns);
        return Report(parsed, folder, weights, config);
    }

    static int RandomLike(ParseResult parsed, string like)
    {
        string folder = parsed.GetRequiredValue(_out);
        string configPath = Directory.Exists(like) ? Path.Combine(like, DecoderConfigReader.ConfigName) : like;
        var config = DecoderConfigReader.ReadFiles(configPath, Path.Combine(Path.GetDirectoryName(configPath)!, DecoderConfigReader.GenerationConfigName));
        NewFolder.Require(folder, "--out");
        var weights = new RandomWeights(config, parsed.GetValue(_seed));
        SafetensorsExport.Write(weights, configPath, folder, ElementTypes.Parse(parsed.GetRequiredValue(_type)), MaxShardBytes);
        ModelFolderFiles.CopyBeside(Path.GetDirectoryName(Path.GetFullPath(configPath))!, folder);
        if (parsed.GetValue(_tokenizer) is { } tokenizer)
        {
            ModelFolderFiles.CopyTokenizer(tokenizer, folder);
        }

        return Report(parsed, folder, weights.Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (count, dimension) => count * dimension)), config);
    }

    static int Report(ParseResult parsed, string folder, long weights, DecoderConfig config)
    {
        var output = new Output(parsed);
        output.Line($"{folder}: {weights:N0} weights, vocabulary of {config.VocabularySize}.");
        output.Result(new JsonObject { ["folder"] = folder, ["weights"] = weights });
        return HoneCommand.Success;
    }

    static DecoderConfig Config(ParseResult parsed, string tokenizerFolder)
    {
        var tokenizer = Tokenizer.Load(tokenizerFolder);
        var config = new DecoderConfig
        {
            ModelType = "qwen3",
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = parsed.GetValue(_hidden),
            Layers = parsed.GetValue(_layers),
            Heads = parsed.GetValue(_heads),
            KeyValueHeads = parsed.GetValue(_keyValueHeads),
            HeadWidth = parsed.GetValue(_headWidth),
            FeedForwardWidth = parsed.GetValue(_feedForward),
            MaxPositions = parsed.GetValue(_positions),
            NormEpsilon = 1e-6f,
            Ropes = [new(10_000)],
            TieEmbeddings = true,
            QkNorm = QkNorm.PerHead,
            EosTokenIds = TokenizerFolder.EosToken(tokenizerFolder) is { } eos && tokenizer.IdOf(eos) is { } id ? [id] : [],
        };
        string[] problems = [.. Sizes(config)];
        return problems.Length == 0 ? config : throw new CommandException(string.Join(Environment.NewLine, problems));
    }

    static IEnumerable<string> Sizes(DecoderConfig config)
    {
        (string Name, int Value)[] sizes =
        [
            ("--hidden", config.HiddenSize), ("--layers", config.Layers), ("--heads", config.Heads), ("--kv-heads", config.KeyValueHeads),
            ("--head-width", config.HeadWidth), ("--feed-forward", config.FeedForwardWidth), ("--max-positions", config.MaxPositions),
        ];
        foreach (var (name, value) in sizes.Where(size => size.Value < 1))
        {
            yield return $"{name} is {value}, but needs 1 or more.";
        }

        if (config.KeyValueHeads > 0 && config.Heads % config.KeyValueHeads != 0)
        {
            yield return $"--heads is {config.Heads}, but needs to be a multiple of --kv-heads ({config.KeyValueHeads}).";
        }

        long widest = new[] { config.VocabularySize, (long)config.Heads * config.HeadWidth, config.FeedForwardWidth }.Max();
        if (config.HiddenSize * (double)widest > int.MaxValue)
        {
            yield return $"--hidden is {config.HiddenSize}, and the widest matrix has {widest} rows; {int.MaxValue} numbers are the most that one may have.";
        }

        if (config.HeadWidth % 2 != 0)
        {
            yield return $"--head-width is {config.HeadWidth}, but needs to be even: rotation turns pairs.";
        }
    }
}
