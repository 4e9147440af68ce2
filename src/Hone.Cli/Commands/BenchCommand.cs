using System.CommandLine;

namespace Hone.Cli.Commands;

/// <summary>hone bench: how near the machine's limits the engine runs.</summary>
static class BenchCommand
{
    public static Command Create()
    {
        var command = new Command("bench", "Measure the engine beside what the machine can do.");
        Command[] commands =
        [
            BenchProbeCommand.Create(),
            BenchGemmCommand.Create(),
            BenchAttentionCommand.Create(),
            BenchDecodeCommand.Create(),
            BenchPromptCommand.Create(),
            BenchTokenizerCommand.Create(),
            BenchGradingCommand.Create(),
            BenchTrainCommand.CreateTrain(),
            BenchTrainCommand.CreateStep(),
            BenchQuickstartCommand.Create(),
            BenchServeCommand.Create(),
            BenchTableCommand.Create(),
        ];
        foreach (var one in commands)
        {
            command.Subcommands.Add(one);
        }

        return command;
    }
}
