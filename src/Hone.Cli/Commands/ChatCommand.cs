using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Tensors;
using Hone.Text;
using Hone.Training;

namespace Hone.Cli.Commands;

/// <summary>hone chat: talk to a model, with or without an adapter.</summary>
static class ChatCommand
{
    static readonly Argument<string> _model = new("model") { Description = "Model folder, or a run's folder: its model with its best adapter." };
    static readonly Argument<string?> _message = new("message") { Description = "One message; without it, a conversation.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> _adapter = new("--adapter") { Description = "Adapter folder, as PEFT writes it." };
    static readonly Option<string?> _system = new("--system") { Description = "System message." };
    static readonly Option<float> _temperature = new("--temperature") { Description = "0: the likeliest token each time.", DefaultValueFactory = _ => 0.7f };
    static readonly Option<float> _topP = new("--top-p") { Description = "Keep the likeliest tokens of this total share.", DefaultValueFactory = _ => 1f };
    static readonly Option<int> _topK = new("--top-k") { Description = "Keep this many of the likeliest tokens; 0: all." };
    static readonly Option<float> _minP = new("--min-p") { Description = "Keep tokens with at least this share of the likeliest one's." };
    static readonly Option<ulong> _seed = new("--seed") { Description = "Same seed, same answer.", DefaultValueFactory = _ => 1UL };
    static readonly Option<int> _maxTokens = new("--max-tokens") { Description = "Longest answer.", DefaultValueFactory = _ => 512 };
    static readonly Option<string[]> _stop = new("--stop") { Description = "Texts that end an answer.", DefaultValueFactory = _ => [] };
    static readonly Option<string?> _template = TemplateOption.Create();
    static readonly Option<string[]> _endTokens = new("--end-token") { Description = "Tokens that end an answer besides the model's own." };
    static readonly Option<Compute> _compute = ComputeOption.Create();

    public static Command Create()
    {
        var command = new Command("chat", "Talk to a model, base or tuned.")
        {
            _model, _message, _adapter, _system, _temperature, _topP, _topK, _minP, _seed, _maxTokens, _stop, _template, _endTokens, _compute,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    static int Run(ParseResult parsed, CancellationToken stop)
    {
        var folders = PolicyFolders.Of(parsed.GetRequiredValue(_model), parsed.GetValue(_adapter));
        using var model = LanguageModel.Load(
            folders.Model, new CpuDevice(parsed.GetValue(_compute)), template: parsed.GetValue(_template) ?? folders.Template);
        model.AlsoEndWith([.. folders.EndTokens ?? [], .. parsed.GetValue(_endTokens) ?? []]);
        using var adapter = folders.Adapter is { } folder ? LoraAdapter.Load(model.Decoder, folder) : null;
        model.Decoder.Attach(adapter);
        using var generator = new Generator(model.Decoder, 1) { FollowsLength = true };
        var output = new Output(parsed);
        List<ChatMessage> messages = parsed.GetValue(_system) is { } system ? [new("system", system)] : [];
        if (parsed.GetValue(_message) is { } message)
        {
            messages.Add(new("user", message));
            output.Result(Answer(parsed, model, generator, messages, output, stop));
            return HoneCommand.Success;
        }

        output.Line("Write a message and press Enter; an empty line ends the conversation.");
        while (Ask(stop) is { Length: > 0 } line)
        {
            messages.Add(new("user", line));
            var answer = Answer(parsed, model, generator, messages, output, stop);
            messages.Add(new("assistant", answer["text"]!.GetValue<string>()));
        }

        return HoneCommand.Success;
    }

    // Reading does not end when Ctrl-C is pressed; waiting for it does.
    static string? Ask(CancellationToken stop)
    {
        Console.Error.Write("> ");
        var line = Task.Run(Console.In.ReadLine, CancellationToken.None);
        line.Wait(stop);
        return line.Result;
    }

    static JsonObject Answer(
        ParseResult parsed, LanguageModel model, Generator generator, List<ChatMessage> messages, Output output, CancellationToken stop)
    {
        var sampling = Sampling(parsed);
        int[] prompt = model.Encode(messages);
        int room = model.Decoder.Config.MaxPositions - prompt.Length;
        if (room < 1)
        {
            throw new CommandException($"The conversation has {prompt.Length} tokens, which leaves no room for an answer: the model holds "
                + $"{model.Decoder.Config.MaxPositions}. Begin a new conversation.");
        }

        var stream = model.Tokenizer.Stream(skipSpecial: true);
        var stops = new StopTexts(parsed.GetRequiredValue(_stop));
        var request = new GenerationRequest
        {
            Prompt = prompt,
            MaxTokens = Math.Min(parsed.GetValue(_maxTokens), room),
            Sampling = sampling,
            Key = new RandomKey(parsed.GetValue(_seed), RandomPurpose.Completions, 0, (uint)(messages.Count / 2)),
            EndTokens = model.EndTokens,
            OnToken = (_, token) => output.Write(Visible.Of(stops.Show(stream.Push(token)))),
            Stop = _ => stops.Found,
        };
        var completion = generator.Generate([request], stop: stop)[0][0];
        output.Line(Visible.Of(stops.Rest(stream.Flush())));
        return new JsonObject
        {
            ["text"] = stops.Text,
            ["tokens"] = completion.Tokens.Length,
            ["stop"] = completion.End.ToString(),
            ["logProbability"] = completion.LogProbabilities.Sum(value => (double)value),
        };
    }

    static SamplingSettings Sampling(ParseResult parsed)
    {
        var sampling = new SamplingSettings
        {
            Temperature = parsed.GetValue(_temperature),
            TopP = parsed.GetValue(_topP),
            TopK = parsed.GetValue(_topK),
            MinP = parsed.GetValue(_minP),
        };
        string[] problems = [.. sampling.Problems()];
        return problems.Length == 0 ? sampling : throw new CommandException(string.Join(Environment.NewLine, problems));
    }
}
