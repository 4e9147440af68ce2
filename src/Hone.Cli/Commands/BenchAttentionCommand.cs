using System.CommandLine;
using Hone.Bench.Workloads;

namespace Hone.Cli.Commands;

/// <summary>hone bench attention: attention of one layer.</summary>
static class BenchAttentionCommand
{
    static readonly Option<string> _use = new("--use") { Description = "forward, backward, decode or all.", DefaultValueFactory = _ => "all" };
    static readonly Option<int> _heads = new("--heads") { Description = "Query heads.", DefaultValueFactory = _ => 14 };
    static readonly Option<int> _keyValueHeads = new("--kv-heads") { Description = "Key/value heads.", DefaultValueFactory = _ => 2 };
    static readonly Option<int> _headWidth = new("--head-width") { Description = "Width of a head.", DefaultValueFactory = _ => 64 };
    static readonly Option<int> _batch = new("--batch") { Description = "Sequences; in decode they share all full pages of their prompt.", DefaultValueFactory = _ => 8 };
    static readonly Option<string> _length = new("--length") { Description = "Tokens of a sequence, a list.", DefaultValueFactory = _ => "128,512" };

    public static Command Create()
    {
        _use.AcceptOnlyFromAmong("forward", "backward", "decode", "all");
        var command = new Command("attention", "Measure attention.") { _use, _heads, _keyValueHeads, _headWidth, _batch, _length };
        var options = new BenchOptions(command, repeats: 3);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, Bench(parsed).Run, stop)));
        return command;
    }

    static AttentionBench Bench(ParseResult parsed)
    {
        int heads = parsed.GetValue(_heads), keyValueHeads = parsed.GetValue(_keyValueHeads);
        BenchOptions.AtLeastOne(
            ("--heads", heads), ("--kv-heads", keyValueHeads), ("--head-width", parsed.GetValue(_headWidth)), ("--batch", parsed.GetValue(_batch)));
        if (heads % keyValueHeads != 0)
        {
            throw new CommandException($"--heads is {heads}, but needs to be a multiple of --kv-heads ({keyValueHeads}).");
        }

        string use = parsed.GetRequiredValue(_use);
        return new(
            use == "all" ? Enum.GetValues<AttentionUse>() : [Enum.Parse<AttentionUse>(use, ignoreCase: true)],
            heads, keyValueHeads, parsed.GetValue(_headWidth), parsed.GetValue(_batch),
            BenchOptions.Numbers("--length", parsed.GetRequiredValue(_length)));
    }
}
