using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Views;
using Hone.Server.Accounts;
using Spectre.Console;

namespace Hone.Cli.Commands;

/// <summary>hone keys: the keys of the service, beside a running server or without one.</summary>
static class KeysCommand
{
    static readonly Argument<string> _id = new("id") { Description = "The key's id, as hone keys list shows it." };
    static readonly Option<string> _name = new("--name") { Description = "What the key is for.", DefaultValueFactory = _ => "key" };
    static readonly Option<string?> _account = new("--account")
    {
        Description = "Account of the key: 12 digits, or \"new\". Accounts never see what others own. Default: the first account; for list, all.",
    };

    static readonly Option<string> _scopes = new("--scopes")
    {
        Description = "What the key may do: read, write, infer, admin, with commas between them.",
        DefaultValueFactory = _ => "read,write,infer",
    };

    static readonly Option<string?> _expires = new("--expires") { Description = "How long it works, such as 90m, 24h or 30d. Default: until it is revoked." };
    static readonly Option<string> _overlap = new("--overlap")
    {
        Description = "How long the old key goes on working, such as 0m, 24h or 7d.",
        DefaultValueFactory = _ => "24h",
    };

    public static Command Create()
    {
        var command = new Command("keys", "Make, list, rotate and revoke API keys of the service.");
        command.Subcommands.Add(Of("create", "Make a key; its secrets are shown once.", [_name, _account, _scopes, _expires], Create));
        command.Subcommands.Add(Of("list", "List keys.", [_account], List));
        command.Subcommands.Add(Of("rotate", "Make a key in place of one; the old one goes on working for a while.", [_overlap], Rotate, _id));
        command.Subcommands.Add(Of("revoke", "Make a key stop working at once.", [], Revoke, _id));
        return command;
    }

    public static JsonObject ToJson(NewApiKey key)
    {
        var json = ToJson(key.Key);
        json["bearer"] = key.Bearer;
        json["accessKeyId"] = key.AccessKeyId;
        json["secretAccessKey"] = key.SecretAccessKey;
        return json;
    }

    static Command Of(
        string name, string description, Option[] options, Func<AccountStore, ParseResult, Output, CancellationToken, Task> action,
        Argument<string>? argument = null)
    {
        var command = new Command(name, description);
        if (argument is not null)
        {
            command.Arguments.Add(argument);
        }

        foreach (var option in options.Concat(ServeOptions.OfStore))
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            await using var store = await AccountStore.Open(ServeOptions.ReadStore(parsed), stop);
            await action(store, parsed, new Output(parsed), stop);
            return HoneCommand.Success;
        });
        return command;
    }

    static async Task Create(AccountStore store, ParseResult parsed, Output output, CancellationToken stop)
    {
        string account = parsed.GetValue(_account) switch
        {
            null => Caller.FirstAccount,
            "new" => await NextAccount(store, stop),
            var given => given,
        };
        var scopes = KeyScope.Parse(parsed.GetRequiredValue(_scopes).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        DateTimeOffset? expires = parsed.GetValue(_expires) is { } life ? DateTimeOffset.UtcNow + Duration.Parse("--expires", life) : null;
        var made = await new KeyChanges(store.Keys, store.Audit).Create(Owner(account), parsed.GetRequiredValue(_name), scopes, expires, stop);
        ServeView.Show(made, $"Key {made.Key.Id} of account {account}. It is shown this once.", output);
        output.Result(ToJson(made));
    }

    static async Task List(AccountStore store, ParseResult parsed, Output output, CancellationToken stop)
    {
        var keys = await store.Keys.List(parsed.GetValue(_account), stop);
        var table = new Table().Border(TableBorder.Simple).AddColumns("id", "account", "name", "scopes", "created", "expires", "revoked", "last used");
        foreach (var key in keys)
        {
            table.AddRow(
                key.Id, key.Account, Markup.Escape(Visible.Of(key.Name)), string.Join(',', KeyScope.Words(key.Scopes)), $"{key.Created:u}",
                $"{key.Expires:u}", $"{key.Revoked:u}", $"{key.LastUsed:u}");
        }

        if (keys.Count > 0)
        {
            output.Console.Write(table);
        }
        else
        {
            output.Line("No keys here yet. Make one: hone keys create");
        }

        output.Result(new JsonObject { ["keys"] = new JsonArray([.. keys.Select(ToJson)]) });
    }

    static async Task Rotate(AccountStore store, ParseResult parsed, Output output, CancellationToken stop)
    {
        var old = await Find(store, parsed, stop);
        var overlap = Duration.Parse("--overlap", parsed.GetRequiredValue(_overlap));
        var made = await new KeyChanges(store.Keys, store.Audit).Rotate(Owner(old.Account), old.Id, overlap, stop);
        ServeView.Show(made, $"Key {made.Key.Id} follows {old.Id}, which works until {DateTimeOffset.UtcNow + overlap:u}. It is shown this once.", output);
        output.Result(ToJson(made));
    }

    static async Task Revoke(AccountStore store, ParseResult parsed, Output output, CancellationToken stop)
    {
        var key = await Find(store, parsed, stop);
        var revoked = await new KeyChanges(store.Keys, store.Audit).Revoke(Owner(key.Account), key.Id, stop);
        output.Line($"Key {key.Id} ({Visible.Of(key.Name)}) works no more.");
        output.Result(ToJson(revoked));
    }

    static async Task<ApiKey> Find(AccountStore store, ParseResult parsed, CancellationToken stop)
    {
        string id = parsed.GetRequiredValue(_id);
        return (await store.Keys.List(null, stop)).FirstOrDefault(key => key.Id == id)
            ?? throw new CommandException($"There is no key {id}; hone keys list shows those there are.");
    }

    static async Task<string> NextAccount(AccountStore store, CancellationToken stop) =>
        $"{(await store.Keys.List(null, stop)).Select(key => long.Parse(key.Account)).DefaultIfEmpty(0).Max() + 1:D12}";

    // Whoever may read the data folder owns all accounts.
    static Caller Owner(string account) => new(account, "console", KeyScopes.All);

    static JsonObject ToJson(ApiKey key) => new()
    {
        ["id"] = key.Id,
        ["account"] = key.Account,
        ["name"] = key.Name,
        ["scopes"] = KeyScope.ToJson(key.Scopes),
        ["created"] = key.Created.ToString("O"),
        ["expires"] = key.Expires?.ToString("O"),
        ["revoked"] = key.Revoked?.ToString("O"),
        ["lastUsed"] = key.LastUsed?.ToString("O"),
    };
}
