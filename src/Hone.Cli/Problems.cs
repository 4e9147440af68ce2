using Hone.Bench;
using Hone.Grading;
using Hone.Jobs;
using Hone.Models.Weights;
using Hone.Text;
using Hone.Training;
using Hone.Training.Data;
using Hone.Training.Verification;

namespace Hone.Cli;

/// <summary>What a person reads when something went wrong.</summary>
static class Problems
{
    /// <summary>Prints the failure to standard error and gives the exit code.</summary>
    public static int Report(Exception failure)
    {
        switch (failure)
        {
            case DataFileException or JobException or ModelFileException or TokenizerException or ChatTemplateException
                or VerificationException or RunException or CommandException or BenchException:
                Console.Error.WriteLine(failure.Message);
                return HoneCommand.BadInput;
            case TrainingException or GradingPausedException:
                Console.Error.WriteLine(failure.Message);
                return HoneCommand.Failure;
            case IOException or UnauthorizedAccessException:
                Console.Error.WriteLine($"{failure.Message.TrimEnd(' ', '.')}. Check that the path exists, that it may be written, and that the disk has room.");
                return HoneCommand.BadInput;
            default:
                Console.Error.WriteLine($"This is a defect of Hone: {failure}");
                return HoneCommand.Failure;
        }
    }
}

/// <summary>A command was given something that it cannot use; the message says what was expected.</summary>
public sealed class CommandException(string message) : Exception(message);
