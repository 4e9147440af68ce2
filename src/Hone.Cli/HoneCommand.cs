using System.CommandLine;
using Hone.Cli.Commands;

namespace Hone.Cli;

/// <summary>The command line: parses, runs, and turns what went wrong into a sentence and an exit code.</summary>
public static class HoneCommand
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The command ran and its answer is no (<c>hone verify</c> found a difference), or something failed.</summary>
    public const int Failure = 1;

    /// <summary>The input was wrong: the message says what and what to do.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;

    public static int Run(string[] args)
    {
        using var interrupt = new Interrupt();
        var root = Root();
        var parsed = root.Parse(args.Length > 0 ? args : ["--help"]);
        string[] problems = [.. CommandLineProblems.Of(parsed)];
        if (problems.Length > 0)
        {
            foreach (string sentence in problems)
            {
                Console.Error.WriteLine(sentence);
            }

            Console.Error.WriteLine("Add --help to see what the command takes.");
            return BadInput;
        }

        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return parsed.InvokeAsync(configuration, interrupt.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped.");
            return Interrupted;
        }
        catch (Exception failure)
        {
            return Problems.Report(failure);
        }
    }

    static RootCommand Root()
    {
        var root = new RootCommand("Hone: reinforcement fine-tuning for language models, on your own machine.");
        root.Options.Add(Output.Json);
        Command[] commands =
        [
            QuickstartCommand.Create(),
            TrainCommand.Create(),
            CheckCommand.Create(),
            DataCommand.Create(),
            PlanCommand.Create(),
            ResumeCommand.Create(),
            EvalCommand.Create(),
            GradeCommand.Create(),
            GraderWorkerCommand.Create(),
            EngineCommand.Create(),
            ChatCommand.Create(),
            SftCommand.Create(),
            ExportCommand.Create(),
            TokenizerCommand.Create(),
            ModelCommand.Create(),
            JudgeCommand.Create(),
            RecipeCommand.Create(),
            RunsCommand.Create(),
            ShowCommand.Create(),
            RegradeCommand.Create(),
            VerifyCommand.Create(),
            ServeCommand.Create(),
            KeysCommand.Create(),
            AuditCommand.Create(),
            BenchCommand.Create(),
        ];
        foreach (var command in commands)
        {
            root.Subcommands.Add(command);
        }

        return root;
    }
}
