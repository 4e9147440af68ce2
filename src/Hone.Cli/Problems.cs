using Hone.Bench;
using Hone.Grading;
using Hone.Jobs;
using Hone.Models.Encryption;
using Hone.Models.Weights;
using Hone.Server;
using Hone.Text;
using Hone.Training;
using Hone.Training.Data;
using Hone.Training.Verification;

namespace Hone.Cli;

/// <summary>What a person reads when something went wrong.</summary>
static class Problems
{
    // A damaged file may lack ten thousand tensors, and a name in it may be a million characters long.
    const int MostCharacters = 1 << 20;

    /// <summary>Prints the failure to standard error and gives the exit code.</summary>
    public static int Report(Exception failure)
    {
        var (sentence, exitCode) = Describe(failure);
        Console.Error.WriteLine(sentence);
        return exitCode;
    }

    /// <summary>The sentence, safe for a terminal, and the exit code.</summary>
    public static (string Sentence, int ExitCode) Describe(Exception failure) => failure switch
    {
        DataFileException or JobException or ModelFileException or TokenizerException or ChatTemplateException
            or VerificationException or RunException or CommandException or BenchException => (Shown(failure.Message), HoneCommand.BadInput),
        ApiProblem { Kind: ProblemKind.Unavailable or ProblemKind.Defect } => (Shown(failure.Message), HoneCommand.Failure),
        ApiProblem or EncryptionException => (Shown(failure.Message), HoneCommand.BadInput),
        TrainingException or GradingPausedException => (Shown(failure.Message), HoneCommand.Failure),
        OutOfMemoryException => ("There is not enough memory for this; hone plan says what a job needs and which setting to lower.", HoneCommand.BadInput),
        IOException or UnauthorizedAccessException => (
            Shown($"{failure.Message.TrimEnd(' ', '.')}. Check that the path exists, that it may be written, and that the disk has room."), HoneCommand.BadInput),
        // The sampler's, of weights whose logits are no numbers. Its kinds, such as an overflow, are defects.
        ArithmeticException when failure.GetType() == typeof(ArithmeticException) => (Shown(failure.Message), HoneCommand.BadInput),
        _ => ($"This is a defect of Hone: {failure}", HoneCommand.Failure),
    };

    // Names out of a downloaded file may hold what moves the cursor.
    static string Shown(string message) =>
        Visible.Of(message.Length <= MostCharacters ? message : $"{message[..MostCharacters]}… and {message.Length - MostCharacters:N0} characters more");
}

/// <summary>A command was given something that it cannot use; the message says what was expected.</summary>
public sealed class CommandException(string message) : Exception(message);
