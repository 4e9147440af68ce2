using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Hone.Cli;

/// <summary>
/// Where a command writes: people's text to standard output, or with <c>--json</c> to standard error, so that the result is the last line
/// of standard output, one JSON object.
/// </summary>
sealed class Output
{
    public Output(ParseResult parsed)
    {
        IsJson = parsed.GetValue(Json);
        var writer = IsJson ? System.Console.Error : System.Console.Out;
        bool redirected = IsJson ? System.Console.IsErrorRedirected : System.Console.IsOutputRedirected;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            // A file has no width; long lines stay whole.
            Console.Profile.Width = 10_000;
        }

        IsLive = !redirected && Console.Profile.Capabilities.Ansi;
    }

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the result as one JSON object on the last line of standard output; progress goes to standard error.",
        Recursive = true,
    };

    /// <summary>How a result is written: one line, letters as they are.</summary>
    public static JsonSerializerOptions OneLine { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsJson { get; }

    /// <summary>A terminal that can be drawn on, not a file or a pipe.</summary>
    public bool IsLive { get; }

    public IAnsiConsole Console { get; }

    /// <summary>Text as it is, no markup; a terminal gets it broken between words.</summary>
    public void Line(string text = "") => Write((IsLive ? Wrapping.At(Console.Profile.Width, text) : text) + Environment.NewLine);

    /// <summary>A piece of a line as it is.</summary>
    public void Write(string text) => Console.Profile.Out.Writer.Write(text);

    /// <summary>Text with Spectre's markup; everything that comes from models or files must be escaped.</summary>
    public void Markup(string markup) => Console.MarkupLine(markup);

    /// <summary>The command's result; printed only with --json.</summary>
    public void Result(JsonNode result)
    {
        if (IsJson)
        {
            System.Console.Out.WriteLine(result.ToJsonString(OneLine));
        }
    }
}
