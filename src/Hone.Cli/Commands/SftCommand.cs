using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Views;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Export;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Training;
using Hone.Training.Data;

namespace Hone.Cli.Commands;

/// <summary>hone sft: supervised training of an adapter or of all weights on chat records.</summary>
static class SftCommand
{
    static readonly Argument<string> _data = new("data") { Description = "JSONL chat records whose last message is the assistant's." };
    static readonly Option<string> _model = new("--model") { Description = "Model folder to start from.", Required = true };
    static readonly Option<string?> _out = new("--out") { Description = "Folder of the trained model or adapter." };
    static readonly Option<int> _epochs = new("--epochs") { Description = "Passes over the records.", DefaultValueFactory = _ => 1 };
    static readonly Option<int?> _steps = new("--steps") { Description = "End after this many steps." };
    static readonly Option<int> _batch = new("--batch") { Description = "Sequences in one step.", DefaultValueFactory = _ => 64 };
    static readonly Option<float> _rate = new("--learning-rate") { Description = "AdamW's rate.", DefaultValueFactory = _ => 1e-4f };
    static readonly Option<OptimizerKind> _optimizer = new("--optimizer") { Description = "adamw, or muon for the layers' matrices." };
    static readonly Option<float> _muonRate = new("--muon-rate") { Description = "Muon's rate.", DefaultValueFactory = _ => 0.02f };
    static readonly Option<LearningRateSchedule> _schedule = new("--schedule") { Description = "constant, linear or cosine.", DefaultValueFactory = _ => LearningRateSchedule.Linear };
    static readonly Option<int> _warmup = new("--warmup") { Description = "Steps over which the rate rises." };
    static readonly Option<float> _decay = new("--weight-decay") { Description = "Decoupled weight decay of matrices." };
    static readonly Option<int?> _rank = new("--lora-rank") { Description = "Train an adapter of this rank; without it, all weights." };
    static readonly Option<string?> _adapter = new("--adapter") { Description = "Go on from this adapter, as PEFT writes it, in place of a new one." };
    static readonly Option<string[]> _targets = new("--lora-targets")
    {
        Description = "Linear layers that get an adapter, such as q_proj v_proj; default: all.",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<float> _alpha = new("--lora-alpha") { Description = "The adapter's product is scaled by alpha / rank.", DefaultValueFactory = _ => 32f };
    static readonly Option<bool> _all = new("--all-tokens") { Description = "The loss sees the prompts too, not the assistant's turns only." };
    static readonly Option<int> _length = new("--max-length") { Description = "Longer records are dropped and counted.", DefaultValueFactory = _ => 2048 };
    static readonly Option<int> _micro = new("--micro-batch") { Description = "Sequences in one pass; changes memory and speed only.", DefaultValueFactory = _ => 16 };
    static readonly Option<int> _checkpoint = new("--checkpoint-layers") { Description = "First layers that compute their activations again in place of keeping them: less memory, the same result." };
    static readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the order and of a new adapter.", DefaultValueFactory = _ => 1UL };
    static readonly Option<string> _type = new("--type") { Description = "f32 or bf16: how all weights are stored.", DefaultValueFactory = _ => "bf16" };
    static readonly Option<string?> _template = TemplateOption.Create();
    static readonly Option<bool> _mask = new("--show-mask") { Description = "Print the first records with the tokens that the loss sees, and train nothing." };
    static readonly Option<Compute> _compute = ComputeOption.Create();

    public static Command Create()
    {
        _type.AcceptOnlyFromAmong("f32", "bf16");
        var command = new Command("sft", "Supervised fine-tuning or pretraining on chat records.")
        {
            _data, _model, _out, _epochs, _steps, _batch, _rate, _optimizer, _muonRate, _schedule, _warmup, _decay, _rank, _adapter, _alpha, _targets,
            _all, _length, _micro, _checkpoint, _seed, _type, _template, _mask, _compute,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    static int Run(ParseResult parsed, CancellationToken stop)
    {
        var settings = Settings(parsed);
        string[] problems = [.. RankProblems(parsed), .. settings.Problems(), .. ComputeProblems(settings, parsed.GetValue(_compute))];
        if (problems.Length > 0)
        {
            throw new CommandException(string.Join(Environment.NewLine, problems));
        }

        var records = DataFile.ReadSupervised(parsed.GetRequiredValue(_data)).RecordsOrThrow();
        if (parsed.GetValue(_mask))
        {
            return ShowMask(parsed, records, settings);
        }

        string folder = parsed.GetValue(_out) ?? throw new CommandException("--out is missing; name the folder of the trained model or adapter.");
        NewFolder.Require(folder, "--out");
        using var model = LanguageModel.Load(
            parsed.GetRequiredValue(_model), new CpuDevice(parsed.GetValue(_compute)), trainable: settings.LoraRank is null, parsed.GetValue(_template));
        var output = new Output(parsed);
        var examples = Encode(model, records, settings, output);
        if (model.FixLength(examples.Max(example => example.Length)) is { } note)
        {
            output.Line(note);
        }

        using var adapter = Adapter(model, settings, parsed);
        var last = Train(model, adapter, examples, settings, parsed.GetValue(_seed), output, stop);
        Save(model, adapter, folder, ElementTypes.Parse(parsed.GetRequiredValue(_type)));
        if (adapter is null && parsed.GetValue(_template) is not null)
        {
            File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), model.Template.Source);
        }

        output.Line($"{folder}: loss {last.Loss:F4} after {last.Step + 1} steps, {last.Tokens:N0} tokens, {last.Seconds:F1} s.");
        output.Result(new JsonObject
        {
            ["folder"] = folder,
            ["loss"] = last.Loss,
            ["steps"] = last.Step + 1,
            ["tokens"] = last.Tokens,
            ["seconds"] = last.Seconds,
        });
        return HoneCommand.Success;
    }

    static int ShowMask(ParseResult parsed, IReadOnlyList<SupervisedRecord> records, SupervisedSettings settings)
    {
        using var model = LanguageModel.OpenShapes(parsed.GetRequiredValue(_model), new ShapeDevice(parsed.GetValue(_compute)), parsed.GetValue(_template));
        MaskView.Show(model, records, settings.MaskPrompt, new Output(parsed));
        return HoneCommand.Success;
    }

    static SupervisedSettings Settings(ParseResult parsed) => new()
    {
        EpochCount = parsed.GetValue(_epochs),
        MaxSteps = parsed.GetValue(_steps),
        BatchSize = parsed.GetValue(_batch),
        LearningRate = parsed.GetValue(_rate),
        Optimizer = parsed.GetValue(_optimizer),
        MuonLearningRate = parsed.GetValue(_muonRate),
        LearningRateSchedule = parsed.GetValue(_schedule),
        WarmupSteps = parsed.GetValue(_warmup),
        WeightDecay = parsed.GetValue(_decay),
        LoraRank = parsed.GetValue(_adapter) is { } start ? AdapterFiles.Read(start).Config.Rank : parsed.GetValue(_rank),
        LoraAlpha = parsed.GetValue(_alpha),
        MaskPrompt = !parsed.GetValue(_all),
        MaxLength = parsed.GetValue(_length),
        SequencesPerMicroBatch = parsed.GetValue(_micro),
        CheckpointLayers = parsed.GetValue(_checkpoint),
    };

    static IEnumerable<string> RankProblems(ParseResult parsed) =>
        parsed.GetValue(_adapter) is not null && parsed.GetValue(_rank) is not null
            ? ["--adapter and --lora-rank are both given; leave --lora-rank out: the adapter has its own."]
            : [];

    static IEnumerable<string> ComputeProblems(SupervisedSettings settings, Compute compute) =>
        compute == Compute.Bf16 && settings.LoraRank is null
            ? ["--compute is bf16, but without --lora-rank all weights train, in f32; leave --compute out or give a rank."]
            : [];

    static List<SupervisedExample> Encode(
        LanguageModel model, IReadOnlyList<SupervisedRecord> records, SupervisedSettings settings, Output output)
    {
        SupervisedExample[] all = [.. records.SelectMany(record => SupervisedExample.Encode(model, record, settings.MaskPrompt))];
        if (all.Length > records.Count)
        {
            output.Line($"{records.Count} records are {all.Length} examples: the chat template writes a turn differently once others follow.");
        }

        List<SupervisedExample> speaking = [.. all.Where(example => example.TrainedTokens > 0)];
        List<SupervisedExample> kept = [.. speaking.Where(example => example.Length <= settings.MaxLength)];
        if (speaking.Count < all.Length)
        {
            output.Line($"{all.Length - speaking.Count} of {all.Length} examples have no token that the loss sees and were left out.");
        }

        if (kept.Count < speaking.Count)
        {
            output.Line($"{speaking.Count - kept.Count} of {all.Length} records have more than {settings.MaxLength} tokens and were left out.");
        }

        return kept.Count > 0 ? kept : throw new CommandException(speaking.Count > 0
            ? "No record is left to train on; raise --max-length."
            : "No record is left to train on: the chat template shows no assistant text in any; see --show-mask.");
    }

    static LoraAdapter? Adapter(LanguageModel model, SupervisedSettings settings, ParseResult parsed)
    {
        if (settings.LoraRank is not { } rank)
        {
            model.Decoder.TrainAllWeights();
            return null;
        }

        var adapter = parsed.GetValue(_adapter) is { } start
            ? LoraAdapter.Load(model.Decoder, start)
            : NewAdapter(model, rank, settings.LoraAlpha, parsed.GetValue(_targets) ?? [], parsed.GetValue(_seed));
        adapter.Train();
        model.Decoder.Attach(adapter);
        return adapter;
    }

    static LoraAdapter NewAdapter(LanguageModel model, int rank, float alpha, string[] targets, ulong seed)
    {
        var config = new AdapterConfig
        {
            Rank = rank,
            Alpha = alpha,
            TargetModules = targets.Length == 0 ? null : targets,
            BaseModel = model.Folder,
        };
        string[] problems = [.. LoraAdapter.TargetProblems(model.Decoder, config, "--lora-targets")];
        if (problems.Length > 0)
        {
            throw new CommandException(string.Join(Environment.NewLine, problems));
        }

        return LoraAdapter.Create(model.Decoder, config, seed);
    }

    static SupervisedMetrics Train(
        LanguageModel model, LoraAdapter? adapter, IReadOnlyList<SupervisedExample> examples, SupervisedSettings settings, ulong seed,
        Output output, CancellationToken stop)
    {
        using var loop = new SupervisedLoop(model.Decoder, examples, settings, adapter?.Parameters ?? model.Decoder.Parameters, seed);
        SupervisedMetrics last = default;
        int every = Math.Max(1, loop.TotalSteps / 50);
        loop.Run(metrics =>
        {
            last = metrics;
            if ((metrics.Step + 1) % every == 0)
            {
                output.Line($"step {metrics.Step + 1,5}/{metrics.TotalSteps}  loss {metrics.Loss:F4}  gradient {metrics.GradientNorm:F3}  "
                    + $"{metrics.Tokens / metrics.Seconds:N0} tok/s");
            }
        }, stop);
        return last;
    }

    static void Save(LanguageModel model, LoraAdapter? adapter, string folder, ElementKind kind)
    {
        if (adapter is not null)
        {
            adapter.Save(folder);
            return;
        }

        DecoderWriter.Save(model.Decoder, folder, kind);
        ModelFolderFiles.CopyTokenizer(model.Folder, folder);
    }
}
