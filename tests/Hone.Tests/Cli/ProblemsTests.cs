using Hone.Cli;
using Hone.Models.Weights;
using Hone.Training;

namespace Hone.Tests.Cli;

public class ProblemsTests
{
    [Fact]
    public void What_moves_the_cursor_is_shown_and_what_is_endless_is_cut()
    {
        var (sentence, code) = Problems.Describe(new ModelFileException("model", "\u001b[2J" + new string('a', 2_000_000)));

        Assert.Equal(HoneCommand.BadInput, code);
        Assert.StartsWith("model: ␛[2J", sentence);
        Assert.InRange(sentence.Length, 1_000_000, 1_100_000);
    }

    [Fact]
    public void Failures_that_no_input_explains_are_defects()
    {
        Assert.Equal(HoneCommand.Failure, Problems.Describe(new InvalidOperationException()).ExitCode);
        Assert.Equal(HoneCommand.Failure, Problems.Describe(new OverflowException()).ExitCode);
        Assert.Equal(HoneCommand.Failure, Problems.Describe(new GradingFaultException("too many")).ExitCode);
    }

    [Fact]
    public void Too_little_memory_and_logits_that_are_no_numbers_are_told_in_a_sentence()
    {
        Assert.Equal(HoneCommand.BadInput, Problems.Describe(new InsufficientMemoryException()).ExitCode);
        Assert.Equal(("No token can be drawn.", HoneCommand.BadInput), Problems.Describe(new ArithmeticException("No token can be drawn.")));
    }
}
