using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Text;

namespace Hone.Cli.Commands;

/// <summary>hone tokenizer train: a byte-level BPE from text files.</summary>
static class TokenizerCommand
{
    // Turns and their ends are tokens of their own, so an answer ends with exactly one token.
    const string DefaultTemplate =
        "{% for message in messages %}{{ '<|' + message.role + '|>' + message.content + '<|end|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    static readonly string[] _defaultTokens = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"];

    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "Text files, one text a line.", Arity = ArgumentArity.OneOrMore };
        var folder = new Option<string>("--out") { Description = "Folder of the new tokenizer.", Required = true };
        var size = new Option<int>("--vocabulary") { Description = "Tokens at most.", DefaultValueFactory = _ => 1024 };
        var template = new Option<string?>("--template") { Description = "File with a Jinja chat template. Default: one turn after another." };
        var special = new Option<string[]>("--special")
        {
            Description = "Special tokens; the first ends an answer. Default: those of the default template.",
            DefaultValueFactory = _ => _defaultTokens,
            AllowMultipleArgumentsPerToken = true,
        };
        var train = new Command("train", "Train a byte-level BPE tokenizer; every digit is a token of its own.")
        {
            files, folder, size, template, special,
        };
        train.SetAction((parsed, _) =>
        {
            string target = parsed.GetRequiredValue(folder);
            NewFolder.Require(target, "--out");
            string[] tokens = parsed.GetRequiredValue(special);
            var settings = new TokenizerTrainingSettings
            {
                VocabularySize = parsed.GetValue(size),
                SpecialTokens = tokens,
                EosToken = tokens[0],
                PadToken = tokens[0],
                ChatTemplate = parsed.GetValue(template) is { } path ? File.ReadAllText(path) : DefaultTemplate,
            };
            TokenizerTrainer.Train(Lines(parsed.GetRequiredValue(files)), settings, target);
            int trained = Tokenizer.Load(target).VocabularySize;
            var output = new Output(parsed);
            output.Line($"{target}: {trained} tokens.");
            output.Result(new JsonObject { ["folder"] = target, ["vocabulary"] = trained });
            return Task.FromResult(HoneCommand.Success);
        });
        return new Command("tokenizer", "Make tokenizers.") { train };
    }

    static IEnumerable<string> Lines(IEnumerable<string> files) => files.SelectMany(file => File.Exists(file)
        ? File.ReadLines(file)
        : throw new CommandException($"There is no file {file}; name text files with one text a line."));
}
