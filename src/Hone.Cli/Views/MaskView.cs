using System.Text.Json.Nodes;
using Hone.Training;
using Hone.Training.Data;
using Spectre.Console;

namespace Hone.Cli.Views;

/// <summary>Records in tokens, with those that the loss sees in colour, or in brackets where there is none.</summary>
static class MaskView
{
    const int MostRecords = 5;

    // Two shades of each, so that neighbouring tokens can be told apart.
    static readonly string[] _trained = ["black on green", "black on aqua"];
    static readonly string[] _others = ["grey", "silver"];

    public static void Show(LanguageModel model, IReadOnlyList<SupervisedRecord> records, bool maskPrompt, Output output)
    {
        bool colours = output.IsLive && output.Console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors;
        output.Line(colours
            ? "The loss sees the tokens on a coloured ground."
            : "The loss sees the tokens in [brackets]; a bar stands between the others.");
        var shown = new JsonArray();
        foreach (var record in records.Take(MostRecords))
        {
            foreach (var example in SupervisedExample.Encode(model, record, maskPrompt))
            {
                output.Line();
                output.Line($"{record.Id}: {example.TrainedTokens} of {example.Length} tokens train");
                int[] tokens = [.. example.Prompt, .. example.Rest];
                bool[] trains = [.. example.Prompt.Select(_ => false), .. example.Trains];
                Write(Pieces(model, tokens), trains, colours, output);
                shown.Add(ToJson(record.Id, tokens, trains));
            }
        }

        output.Result(new JsonObject { ["records"] = shown });
    }

    // A token that ends inside a character shows nothing; the one that completes it shows the character.
    static string[] Pieces(LanguageModel model, int[] tokens)
    {
        var stream = model.Tokenizer.Stream(skipSpecial: false);
        string[] pieces = [.. tokens.Select(stream.Push)];
        if (pieces.Length > 0)
        {
            pieces[^1] += stream.Flush();
        }

        return [.. pieces.Select(piece => Visible.Of(piece).Replace("\n", "⏎\n"))];
    }

    static void Write(string[] pieces, bool[] trains, bool colours, Output output)
    {
        if (colours)
        {
            output.Markup(string.Concat(pieces.Select((piece, i) => $"[{(trains[i] ? _trained : _others)[i % 2]}]{Markup.Escape(piece)}[/]")));
            return;
        }

        output.Line(string.Concat(pieces.Select((piece, i) =>
            trains[i] ? $"[{piece}]" : i > 0 && !trains[i - 1] ? $"|{piece}" : piece)));
    }

    static JsonObject ToJson(string id, int[] tokens, bool[] trains) => new()
    {
        ["id"] = id,
        ["tokens"] = new JsonArray([.. tokens.Select(token => (JsonNode?)token)]),
        ["trains"] = new JsonArray([.. trains.Select(trained => (JsonNode?)trained)]),
    };
}
