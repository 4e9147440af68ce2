using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Training.Verification;
using Spectre.Console;

namespace Hone.Cli.Commands;

/// <summary>hone verify: the engine against folders of reference numbers.</summary>
static class VerifyCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folders") { Description = "Folders of reference numbers.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("verify", "Compare the engine with reference numbers; exit code 1 if anything disagrees.") { folders };
        command.SetAction((parsed, _) =>
        {
            var output = new Output(parsed);
            var cases = FolderVerification.Run(parsed.GetRequiredValue(folders)).ToArray();
            Show(cases, output);
            output.Result(new JsonObject { ["cases"] = new JsonArray([.. cases.Select(ToJson)]) });
            bool disagrees = cases.Any(found => found.Status == VerificationStatus.Disagree);
            return Task.FromResult(disagrees ? HoneCommand.Failure : HoneCommand.Success);
        });
        return command;
    }

    static void Show(VerificationCase[] cases, Output output)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("case", "quantity", "largest difference", "tolerance", "");
        foreach (var found in cases)
        {
            table.AddRow(
                Markup.Escape(found.Case), Markup.Escape(found.Quantity), $"{found.Difference:0.0e+0}", $"{found.Tolerance:0.0e+0}", Word(found.Status));
        }

        output.Console.Write(table);
        var disagreeing = cases.Where(found => found.Status == VerificationStatus.Disagree).ToArray();
        foreach (var found in disagreeing)
        {
            output.Line($"disagrees: {found.Folder} {found.Case} {found.Quantity}");
        }

        output.Line($"{cases.Count(found => found.Status == VerificationStatus.Agree)} agree, {disagreeing.Length} disagree, "
            + $"{cases.Count(found => found.Status == VerificationStatus.NotBuilt)} not built");
    }

    static string Word(VerificationStatus status) => status switch
    {
        VerificationStatus.Agree => "[green]agree[/]",
        VerificationStatus.Disagree => "[red]disagree[/]",
        _ => "[grey]notBuilt[/]",
    };

    static JsonObject ToJson(VerificationCase found) => new()
    {
        ["folder"] = found.Folder,
        ["case"] = found.Case,
        ["quantity"] = found.Quantity,
        ["difference"] = found.Difference,
        ["tolerance"] = found.Tolerance,
        ["status"] = found.Status switch
        {
            VerificationStatus.Agree => "agree",
            VerificationStatus.Disagree => "disagree",
            _ => "notBuilt",
        },
    };
}
