using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hone.Cli;

/// <summary>What is wrong with a command line, in the user's words.</summary>
static class CommandLineProblems
{
    static readonly (string Type, string Words)[] _types =
    [
        ("Single", "a number"),
        ("Double", "a number"),
        ("Int32", "a whole number"),
        ("UInt64", "a whole number, 0 or more"),
    ];

    public static IEnumerable<string> Of(ParseResult parsed)
    {
        // The parser takes an option that it does not know for an argument, and its complaints are then about what follows.
        string[] unknown = [.. UnknownOptions(parsed)];
        return unknown.Length > 0
            ? unknown.Select(option => $"There is no option {option}; hone {parsed.CommandResult.Command.Name} takes {OptionsOf(parsed)}.")
            : parsed.Errors.Select(Sentence).Distinct();
    }

    static IEnumerable<string> UnknownOptions(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? []
            : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
                .Concat(parsed.UnmatchedTokens)
                .Where(text => text.StartsWith("--", StringComparison.Ordinal))
                .Distinct();

    static string OptionsOf(ParseResult parsed) =>
        string.Join(", ", parsed.CommandResult.Command.Options.Select(option => option.Name).Append(Output.Json.Name).Distinct());

    static string Sentence(ParseError error)
    {
        if (error.SymbolResult is ArgumentResult { Tokens.Count: 0, Parent: CommandResult parent } missing)
        {
            return $"hone {parent.Command.Name} needs <{missing.Argument.Name}>: {missing.Argument.Description}";
        }

        int at = error.Message.IndexOf(" as expected type '", StringComparison.Ordinal);
        string words = _types.FirstOrDefault(type => at > 0 && error.Message.AsSpan(at).Contains($"System.{type.Type}", StringComparison.Ordinal)).Words;
        return words is null ? error.Message : $"{error.Message[..at]}: it needs {words}.";
    }
}
