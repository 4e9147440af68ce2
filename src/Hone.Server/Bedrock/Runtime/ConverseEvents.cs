using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Inference;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>
/// The events of ConverseStream: messageStart, for each block its deltas and contentBlockStop, messageStop. A block of text begins with its
/// first delta, one of a tool with contentBlockStart.
/// </summary>
sealed class ConverseEvents(bool hasTools)
{
    readonly AnswerReader _reader = new(hasTools);
    int _index;
    Type? _open;
    bool _calls;

    public static IEnumerable<(string Type, JsonObject Payload)> Begin() => [("messageStart", new() { ["role"] = "assistant" })];

    public IEnumerable<(string Type, JsonObject Payload)> Add(GeneratedPiece piece)
    {
        IEnumerable<AnswerPart> parts = _reader.Add(piece.Text);
        return (piece.Finish is null ? parts : parts.Concat(_reader.End())).SelectMany(Part).ToList();
    }

    public IEnumerable<(string Type, JsonObject Payload)> End(FinishReason finish)
    {
        if (_index == 0 && _open is null)
        {
            yield return Delta(new JsonObject { ["text"] = "" });
            _open = typeof(TextPart);
        }

        foreach (var stop in Close())
        {
            yield return stop;
        }

        yield return ("messageStop", new() { ["stopReason"] = ConverseAnswer.StopReason(finish, _calls) });
    }

    IEnumerable<(string, JsonObject)> Part(AnswerPart part)
    {
        List<(string, JsonObject)> events = [];
        if (part is CallPart || _open != part.GetType())
        {
            events.AddRange(Close());
            _open = part.GetType();
        }

        switch (part)
        {
            case CallPart call:
                _calls = true;
                var use = new JsonObject { ["toolUseId"] = ConverseAnswer.NewToolUseId(), ["name"] = call.Name };
                events.Add(("contentBlockStart", new()
                {
                    ["start"] = new JsonObject { ["toolUse"] = use },
                    ["contentBlockIndex"] = _index,
                }));
                events.Add(Delta(new JsonObject { ["toolUse"] = new JsonObject { ["input"] = call.Arguments } }));
                break;
            case ReasoningPart reasoning:
                events.Add(Delta(new JsonObject { ["reasoningContent"] = new JsonObject { ["text"] = reasoning.Text } }));
                break;
            case TextPart text:
                events.Add(Delta(new JsonObject { ["text"] = text.Text }));
                break;
        }

        return events;
    }

    IEnumerable<(string, JsonObject)> Close()
    {
        if (_open is not null)
        {
            _open = null;
            yield return ("contentBlockStop", new() { ["contentBlockIndex"] = _index++ });
        }
    }

    (string, JsonObject) Delta(JsonObject delta) => ("contentBlockDelta", new() { ["delta"] = delta, ["contentBlockIndex"] = _index });
}
