using System.CommandLine;
using Hone.Bench.Workloads;
using Hone.Text;

namespace Hone.Cli.Commands;

/// <summary>hone bench tokenizer: text to ids and back, and texts that are meant to be slow.</summary>
static class BenchTokenizerCommand
{
    static readonly Argument<string> _tokenizer = new("tokenizer") { Description = "tokenizer.json, a folder with a tokenizer, or a .tiktoken file." };
    static readonly Option<string?> _text = new("--text") { Description = "File with text in UTF-8. Default: sentences of common English words." };

    public static Command Create()
    {
        var command = new Command("tokenizer", "Measure a tokenizer on one core.") { _tokenizer, _text };
        var options = new BenchOptions(command, repeats: 5);
        command.SetAction((parsed, stop) => Task.FromResult(options.Run(parsed, Bench(parsed).Run, stop)));
        return command;
    }

    static TokenizerBench Bench(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_tokenizer);
        string? file = parsed.GetValue(_text);
        return file is null || File.Exists(file)
            ? new(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), Tokenizer.Load(path), file)
            : throw new CommandException($"--text names {file}, but there is no such file.");
    }
}
