using System.CommandLine;
using Hone.Bench.Workloads;
using Hone.Tensors;

namespace Hone.Cli.Commands;

/// <summary>hone bench prompt: the time to a prompt's first token.</summary>
static class BenchPromptCommand
{
    static readonly Option<string> _shape = BenchOptions.Shape();
    static readonly Option<string> _weights = BenchOptions.Weights();
    static readonly Option<Compute> _compute = ComputeOption.Create();
    static readonly Option<string> _prompt = new("--prompt") { Description = "Tokens of the prompt, a list.", DefaultValueFactory = _ => "512" };

    public static Command Create()
    {
        var command = new Command("prompt", "Measure the processing of a prompt.") { _shape, _weights, _compute, _prompt };
        var options = new BenchOptions(command, repeats: 3);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, Bench(parsed).Run, stop)));
        return command;
    }

    static PromptBench Bench(ParseResult parsed) => new(
        BenchOptions.Model(parsed, _shape, _weights, _compute),
        BenchOptions.Numbers("--prompt", parsed.GetRequiredValue(_prompt)));
}
