using System.CommandLine;
using Hone.Bench;
using Hone.Bench.Machine;

namespace Hone.Cli.Commands;

/// <summary>hone bench probe: what the machine can do.</summary>
static class BenchProbeCommand
{
    public static Command Create()
    {
        var command = new Command("probe", "Find the machine's limits: multiply-adds and read bandwidth, with one thread and with all.");
        var options = new BenchOptions(command, repeats: 1);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, Probe, stop)));
        return command;
    }

    static void Probe(BenchSession session)
    {
        var load = new OtherLoad();
        session.ProbeAside();
        session.Report("probe", [], load.Share(), _ => []);
    }
}
