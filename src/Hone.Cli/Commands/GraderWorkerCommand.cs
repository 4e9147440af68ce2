using System.CommandLine;
using System.Text.Json;
using Hone.Grading.CSharp;

namespace Hone.Cli.Commands;

/// <summary>hone grader-worker: the process in which a C# grader is compiled or runs. Hone starts it; it is no command for people.</summary>
static class GraderWorkerCommand
{
    public static Command Create()
    {
        var assembly = new Argument<string?>("assembly") { Description = "The compiled grader.", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--class") { Description = "The grader's class, where there are several." };
        var compile = new Option<string[]>("--compile") { Description = "A C# file and the assembly to write.", Arity = new(2, 2), AllowMultipleArgumentsPerToken = true };
        var command = new Command("grader-worker", "Run a compiled C# grader over lines of JSON.") { assembly, name, compile };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(compile) is [string file, string target])
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(GraderProcess.Compile(file, target)));
                return HoneCommand.Success;
            }

            return parsed.GetValue(assembly) is { } path
                ? await GraderProcess.Run(path, parsed.GetValue(name))
                : throw new CommandException("hone grader-worker needs a compiled grader; hone starts it by itself.");
        });
        return command;
    }
}
