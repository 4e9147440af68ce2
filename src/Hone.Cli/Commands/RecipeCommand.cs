using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Recipes.Arithmetic;

namespace Hone.Cli.Commands;

/// <summary>hone recipe arithmetic: writes the data of the recipe.</summary>
static class RecipeCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--out") { Description = "Folder of the data files.", Required = true };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the problems.", DefaultValueFactory = _ => 1UL };
        var arithmetic = new Command("arithmetic", "Arithmetic word problems: pretraining, training, validation and test files.") { folder, seed };
        arithmetic.SetAction((parsed, _) =>
        {
            string target = parsed.GetRequiredValue(folder);
            NewFolder.Require(target, "--out");
            ArithmeticData.Write(target, parsed.GetValue(seed), new ArithmeticSizes());
            var output = new Output(parsed);
            var files = Directory.GetFiles(target).Order(StringComparer.Ordinal).ToArray();
            foreach (string file in files)
            {
                output.Line($"{file}  {new FileInfo(file).Length:N0} bytes");
            }

            output.Result(new JsonObject { ["folder"] = target, ["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]) });
            return Task.FromResult(HoneCommand.Success);
        });
        return new Command("recipe", "Write the data of the recipes that come with Hone.") { arithmetic };
    }
}
