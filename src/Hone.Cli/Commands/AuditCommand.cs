using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Spectre.Console;

namespace Hone.Cli.Commands;

/// <summary>hone audit: who changed what, when, from where.</summary>
static class AuditCommand
{
    static readonly Option<string?> _account = new("--account") { Description = "Changes of this account only." };
    static readonly Option<int> _limit = new("--limit") { Description = "How many, at most 1000.", DefaultValueFactory = _ => 50 };
    static readonly Option<long?> _before = new("--before") { Description = "Those before this number, to go on." };

    public static Command Create()
    {
        var command = new Command("audit", "Show who changed what in the service, the newest first.") { _account, _limit, _before };
        foreach (var option in ServeOptions.OfStore)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            await using var store = await AccountStore.Open(ServeOptions.ReadStore(parsed), stop);
            var entries = await store.Audit.Read(parsed.GetValue(_account), parsed.GetValue(_limit), parsed.GetValue(_before), stop);
            var output = new Output(parsed);
            Show(entries, output);
            output.Result(new JsonObject { ["entries"] = new JsonArray([.. entries.Select(ToJson)]) });
            return HoneCommand.Success;
        });
        return command;
    }

    static void Show(IReadOnlyList<AuditEntry> entries, Output output)
    {
        if (entries.Count == 0)
        {
            output.Line("Nothing was changed yet.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("number", "at", "account", "key", "from", "what", "subject", "detail");
        foreach (var entry in entries)
        {
            table.AddRow(
                $"{entry.Number}", $"{entry.At:u}", entry.Account, Text(entry.KeyId), Text(entry.Address), Text(entry.Action), Text(entry.Subject),
                Text(entry.Detail));
        }

        output.Console.Write(table);
    }

    // Names in it came from clients.
    static string Text(string? text) => Markup.Escape(Visible.Of(text ?? ""));

    static JsonObject ToJson(AuditEntry entry) => new()
    {
        ["number"] = entry.Number,
        ["at"] = entry.At.ToString("O"),
        ["account"] = entry.Account,
        ["key"] = entry.KeyId,
        ["address"] = entry.Address,
        ["action"] = entry.Action,
        ["subject"] = entry.Subject,
        ["detail"] = entry.Detail,
    };
}
