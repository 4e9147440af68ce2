using System.CommandLine;
using Hone.Bench.Workloads;
using Hone.Tensors;

namespace Hone.Cli.Commands;

/// <summary>hone bench decode: sampling of several completions of one prompt.</summary>
static class BenchDecodeCommand
{
    static readonly Option<string> _shape = BenchOptions.Shape();
    static readonly Option<string> _weights = BenchOptions.Weights();
    static readonly Option<Compute> _compute = ComputeOption.Create();
    static readonly Option<string> _batch = new("--batch") { Description = "Completions side by side, a list.", DefaultValueFactory = _ => "1,8,32,128" };
    static readonly Option<int> _prompt = new("--prompt") { Description = "Tokens of the prompt, which the completions share.", DefaultValueFactory = _ => 256 };
    static readonly Option<int> _new = new("--new") { Description = "Tokens of each completion.", DefaultValueFactory = _ => 64 };

    public static Command Create()
    {
        var command = new Command("decode", "Measure decoding, sampling included.") { _shape, _weights, _compute, _batch, _prompt, _new };
        var options = new BenchOptions(command, repeats: 3);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, Bench(parsed).Run, stop)));
        return command;
    }

    static DecodeBench Bench(ParseResult parsed)
    {
        int prompt = parsed.GetValue(_prompt), maxTokens = parsed.GetValue(_new);
        BenchOptions.AtLeastOne(("--prompt", prompt));
        return maxTokens >= 2
            ? new(
                BenchOptions.Model(parsed, _shape, _weights, _compute),
                BenchOptions.Numbers("--batch", parsed.GetRequiredValue(_batch)), prompt, maxTokens)
            : throw new CommandException($"--new is {maxTokens}, but needs 2 or more: the first token comes from the prompt, decoding begins with the second.");
    }
}
