using System.CommandLine;
using Hone.Bench.Workloads;
using Hone.Tensors;
using Hone.Training.Planning;

namespace Hone.Cli.Commands;

/// <summary>hone bench train and hone bench step: a LoRA policy-gradient step as a whole, and a reinforcement step kernel by kernel.</summary>
static class BenchTrainCommand
{
    static readonly Option<string> _shape = BenchOptions.Shape();
    static readonly Option<string> _weights = BenchOptions.Weights();
    static readonly Option<Compute> _compute = ComputeOption.Create();
    static readonly Option<int> _batch = new("--batch") { Description = "Independent sequences.", DefaultValueFactory = _ => 4 };
    static readonly Option<int> _length = new("--length") { Description = "Tokens of each sequence; all but the first are trained.", DefaultValueFactory = _ => 512 };
    static readonly Option<int?> _groups = new("--groups") { Description = "Instead of --batch: groups whose completions share a prompt." };
    static readonly Option<int> _groupSize = new("--group-size") { Description = "Completions of a group.", DefaultValueFactory = _ => 8 };
    static readonly Option<int> _prompt = new("--prompt") { Description = "Tokens of a group's prompt.", DefaultValueFactory = _ => 256 };
    static readonly Option<int> _completion = new("--completion") { Description = "Tokens of each completion.", DefaultValueFactory = _ => 128 };
    static readonly Option<int?> _microBatch = new("--micro-batch") { Description = "Groups that go forward and backward together. Default: what a run would choose." };
    static readonly Option<int> _rank = new("--rank") { Description = "Rank of the adapter.", DefaultValueFactory = _ => 16 };
    static readonly Option<string> _checkpoint = new("--checkpoint")
    {
        Description = "none, all, or a number of layers that keep no activations and compute them again.",
        DefaultValueFactory = _ => "none",
    };

    static readonly Option<int> _stepGroups = new("--groups") { Description = "Prompts of the step.", DefaultValueFactory = _ => 4 };

    public static Command CreateTrain()
    {
        var command = new Command("train", "Measure a LoRA training step: forward, backward, AdamW, peak memory.")
        {
            _shape, _weights, _compute, _batch, _length, _groups, _groupSize, _prompt, _completion, _microBatch, _rank, _checkpoint,
        };
        var options = new BenchOptions(command, repeats: 3);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(
            parsed,
            new TrainBench(Model(parsed), TrainStep(parsed), Adapter(parsed)).Run,
            stop)));
        return command;
    }

    public static Command CreateStep()
    {
        var command = new Command("step", "Show where a reinforcement step goes: sampling, forward, backward, head, optimizer, by kernel.")
        {
            _shape, _weights, _compute, _stepGroups, _groupSize, _prompt, _completion, _microBatch, _rank, _checkpoint,
        };
        var options = new BenchOptions(command, repeats: 3);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(
            parsed,
            new StepBench(Model(parsed), Groups(parsed, parsed.GetValue(_stepGroups)), Adapter(parsed)).Run,
            stop)));
        return command;
    }

    static MeasuredModel Model(ParseResult parsed) => BenchOptions.Model(parsed, _shape, _weights, _compute);

    static AdapterSetup Adapter(ParseResult parsed)
    {
        int rank = parsed.GetValue(_rank);
        BenchOptions.AtLeastOne(("--rank", rank));
        string checkpoint = parsed.GetRequiredValue(_checkpoint);
        int layers = Model(parsed).Shape.Config.Layers;
        int checkpointed = checkpoint switch
        {
            "none" => 0,
            "all" => layers,
            _ => int.TryParse(checkpoint, out int number) ? number : -1,
        };
        return checkpointed >= 0 && checkpointed <= layers
            ? new(rank, checkpointed)
            : throw new CommandException($"--checkpoint is {checkpoint}, but needs to be none, all, or a number of layers up to {layers}.");
    }

    static StepShape TrainStep(ParseResult parsed)
    {
        if (parsed.GetValue(_groups) is { } groups)
        {
            return Groups(parsed, groups);
        }

        int batch = parsed.GetValue(_batch), length = parsed.GetValue(_length);
        BenchOptions.AtLeastOne(("--batch", batch));
        if (length < 2)
        {
            throw new CommandException($"--length is {length}, but needs 2 or more: all tokens but the first are trained.");
        }

        return WithMicroBatch(parsed, StepShape.Sequences(batch, length));
    }

    static StepShape Groups(ParseResult parsed, int groups)
    {
        var step = new StepShape(
            groups, parsed.GetValue(_groupSize), parsed.GetValue(_prompt), parsed.GetValue(_completion), groups);
        BenchOptions.AtLeastOne(
            ("--groups", step.Groups), ("--group-size", step.GroupSize), ("--prompt", step.Prompt), ("--completion", step.Completion));
        return WithMicroBatch(parsed, step);
    }

    static StepShape WithMicroBatch(ParseResult parsed, StepShape step)
    {
        int rows = MemoryPlanner.FastestRows(Model(parsed).Shape.Config, Workers.Default.Count);
        int groups = parsed.GetValue(_microBatch) ?? Math.Clamp((int)(rows / (step.Rows / step.Groups)), 1, step.Groups);
        BenchOptions.AtLeastOne(("--micro-batch", groups));
        return step with { GroupsPerMicroBatch = groups };
    }
}
