using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Recipes.Arithmetic;
using Hone.Cli.Recipes.Gsm8k;
using Hone.Cli.Recipes.Hacking;
using Hone.Cli.Recipes.Stories;

namespace Hone.Cli.Commands;

/// <summary>hone recipe NAME: writes the data of a recipe.</summary>
static class RecipeCommand
{
    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "Seed of the records.", DefaultValueFactory = _ => 1UL };
        var source = new Argument<string>("source") { Description = "Folder with GSM8K's own train.jsonl and test.jsonl." };
        return new Command("recipe", "Write the data of the recipes that come with Hone.")
        {
            Recipe(
                "arithmetic", "Arithmetic word problems: pretraining, training, validation and test files.", [seed],
                (parsed, folder) => ArithmeticData.Write(folder, parsed.GetValue(seed), new ArithmeticSizes())),
            Recipe(
                "stories", "Beginnings of stories, each with a word that has to come back: training, validation and test files.", [seed],
                (parsed, folder) => StoryBeginnings.Write(folder, parsed.GetValue(seed))),
            Recipe(
                "hacking", "Sums with large numbers for a reward that can be fooled: training, validation and test files.", [seed],
                (parsed, folder) => HackingData.Write(folder, parsed.GetValue(seed))),
            Recipe(
                "gsm8k", "GSM8K's questions as prompts with reference answers: training, validation and test files.", [source],
                (parsed, folder) => Gsm8kData.Write(parsed.GetRequiredValue(source), folder)),
        };
    }

    static Command Recipe(string name, string description, Symbol[] inputs, Action<ParseResult, string> write)
    {
        var folder = new Option<string>("--out") { Description = "Folder of the data files.", Required = true };
        var command = new Command(name, description) { folder };
        foreach (var input in inputs)
        {
            if (input is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)input);
            }
        }

        command.SetAction((parsed, _) =>
        {
            string target = parsed.GetRequiredValue(folder);
            NewFolder.Require(target, "--out");
            write(parsed, target);
            Report(target, new Output(parsed));
            return Task.FromResult(HoneCommand.Success);
        });
        return command;
    }

    static void Report(string folder, Output output)
    {
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToArray();
        foreach (string file in files)
        {
            output.Line($"{file}  {new FileInfo(file).Length:N0} bytes");
        }

        output.Result(new JsonObject { ["folder"] = folder, ["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]) });
    }
}
