using System.CommandLine;
using Hone.Grading.Workers;
using Hone.Jobs.Engine;
using Hone.Jobs.Engine.Protocol;

namespace Hone.Cli.Commands;

/// <summary>hone engine: the process that trains and answers for <c>hone serve</c>, which starts it; it is no command for people.</summary>
static class EngineCommand
{
    static readonly EngineSettings _usual = new();
    static readonly Option<int> _batch = new("--batch") { Description = "Completions side by side.", DefaultValueFactory = _ => _usual.Batch };
    static readonly Option<int> _waiting = new("--waiting") { Description = "Completions that wait.", DefaultValueFactory = _ => _usual.Waiting };
    static readonly Option<long> _cache = new("--cache-bytes") { Description = "Memory for keys and values of a model.", DefaultValueFactory = _ => _usual.CacheBytes };
    static readonly Option<int> _models = new("--models") { Description = "Models that stay open.", DefaultValueFactory = _ => _usual.Models };
    static readonly Option<int> _adapters = new("--adapters") { Description = "Adapters of a model that stay open.", DefaultValueFactory = _ => _usual.Adapters };
    static readonly Option<int> _tokens = new("--most-tokens") { Description = "Tokens of a completion that asks for no number.", DefaultValueFactory = _ => _usual.MostTokens };

    static readonly Option<string[]> _private = new("--private") { Description = "Files and folders that code of graders does not get to see." };

    public static Command Create()
    {
        var command = new Command("engine", "Train and answer, over lines of JSON.") { _batch, _waiting, _cache, _models, _adapters, _tokens, _private };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            var settings = new EngineSettings
            {
                Batch = parsed.GetValue(_batch),
                Waiting = parsed.GetValue(_waiting),
                CacheBytes = parsed.GetValue(_cache),
                Models = parsed.GetValue(_models),
                Adapters = parsed.GetValue(_adapters),
                MostTokens = parsed.GetValue(_tokens),
            };
            PrivateFiles.Hide(parsed.GetValue(_private) ?? []);
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();

            // The streams carry the conversation; what anything prints goes beside it.
            Console.SetIn(TextReader.Null);
            Console.SetOut(Console.Error);
            await EngineHost.Run(settings, input, output);
            return HoneCommand.Success;
        });
        return command;
    }
}
