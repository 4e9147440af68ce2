using System.CommandLine;
using Hone.Models.Gguf;
using Hone.Models.Weights;
using Hone.Training.Exporting;
using Hone.Training.Planning;

namespace Hone.Cli.Exports;

/// <summary>What the command line of <c>hone export</c> asks for, checked.</summary>
sealed record ExportOptions(
    string Source, string? Adapter, ExportFormat Format, string? Type, string Out, long MaxShardBytes, string? Prompts, int Limit, string? Record)
{
    static readonly Argument<string> _source = new("model") { Description = "A run's folder: its model with its best adapter; or a model folder." };
    static readonly Option<string> _format = new("--format") { Description = "adapter, safetensors or gguf.", Required = true };
    static readonly Option<string?> _type = new("--type") { Description = "f32 or bf16; for gguf also f16 or q8_0. Default: as the base model is stored." };
    static readonly Option<string?> _adapter = new("--adapter") { Description = "Adapter folder, as PEFT writes it, in place of the run's best." };
    static readonly Option<string> _out = new("--out") { Description = "The new folder, or for gguf the new file.", Required = true };
    static readonly Option<string> _shard = new("--max-shard-size") { Description = "Longest weight file, such as 5GB.", DefaultValueFactory = _ => "5GB" };
    static readonly Option<string?> _prompts = new("--prompts") { Description = "Compare on these: JSONL prompts, or a text on each line. Default: the run's held-out prompts, or random tokens." };
    static readonly Option<int> _limit = new("--limit") { Description = "Compare on so many prompts at most.", DefaultValueFactory = _ => 200 };
    static readonly Option<string?> _record = new("--record") { Description = "New folder for ids, logits and greedy continuations of the written file, for comparison with other programs." };

    public static Command Command()
    {
        _format.AcceptOnlyFromAmong("adapter", "safetensors", "gguf");
        return new Command("export", "Write a model for other programs, read it back, and say by how much it differs.")
        {
            _source, _format, _type, _adapter, _out, _shard, _prompts, _limit, _record,
        };
    }

    /// <exception cref="CommandException">With every problem at once.</exception>
    public static ExportOptions Of(ParseResult parsed)
    {
        var options = new ExportOptions(
            parsed.GetRequiredValue(_source), parsed.GetValue(_adapter), Enum.Parse<ExportFormat>(parsed.GetRequiredValue(_format), ignoreCase: true),
            parsed.GetValue(_type), parsed.GetRequiredValue(_out), ByteSize.Parse(parsed.GetRequiredValue(_shard)) ?? 0, parsed.GetValue(_prompts),
            parsed.GetValue(_limit), parsed.GetValue(_record));
        string[] problems = [.. options.Problems(parsed.GetRequiredValue(_shard))];
        return problems.Length == 0 ? options : throw new CommandException(string.Join(Environment.NewLine, problems));
    }

    /// <summary>How matrices are stored in a GGUF file.</summary>
    public GgufTensorKind TensorKind(ElementKind stored) => (Type ?? Default(stored)) switch
    {
        "f16" => GgufTensorKind.F16,
        "bf16" => GgufTensorKind.BF16,
        "q8_0" => GgufTensorKind.Q8_0,
        _ => GgufTensorKind.F32,
    };

    /// <summary>How tensors are stored in safetensors.</summary>
    public ElementKind ElementKind(ElementKind stored) => ElementTypes.Parse(Type ?? Default(stored));

    /// <summary>The type in words.</summary>
    public string TypeText(ElementKind stored) => Format == ExportFormat.Adapter ? "f32" : Type ?? Default(stored);

    static string Default(ElementKind stored) => stored == Models.Weights.ElementKind.BF16 ? "bf16" : "f32";

    IEnumerable<string> Problems(string shardText)
    {
        string[] types = Format switch
        {
            ExportFormat.Adapter => ["f32"],
            ExportFormat.Safetensors => ["f32", "bf16"],
            _ => ["f32", "bf16", "f16", "q8_0"],
        };
        if (Type is not null && !types.Contains(Type))
        {
            yield return $"--type is {Type}, but --format {Format.ToString().ToLowerInvariant()} takes {string.Join(", ", types)}.";
        }

        if (MaxShardBytes < 1)
        {
            yield return $"--max-shard-size is {shardText}, expected a size such as 5GB.";
        }

        if (Limit < 1)
        {
            yield return $"--limit is {Limit}, but needs 1 or more.";
        }

        if (Prompts is not null && !File.Exists(Prompts))
        {
            yield return $"--prompts is {Prompts}, but there is no such file; name a JSONL file of prompts or a text file.";
        }

        if (File.Exists(Out) || Directory.Exists(Out) && (Format == ExportFormat.Gguf || Directory.EnumerateFileSystemEntries(Out).Any()))
        {
            yield return $"--out is {Out}, which exists; name a new {(Format == ExportFormat.Gguf ? "file" : "folder")}, or remove that one.";
        }
    }
}
