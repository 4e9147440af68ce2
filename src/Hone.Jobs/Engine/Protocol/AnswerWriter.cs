using System.Buffers;
using System.Text.Json;

namespace Hone.Jobs.Engine.Protocol;

/// <summary>Lines on their way to the other process: they gather, and go out in one write. A reader that is gone is no failure of the writer.</summary>
sealed class AnswerWriter(Stream output)
{
    readonly Lock _gate = new();
    readonly ArrayBufferWriter<byte> _gathered = new(1 << 16);
    bool _isBroken;

    public void Add(EngineAnswer answer)
    {
        lock (_gate)
        {
            using var writer = new Utf8JsonWriter(_gathered);
            JsonSerializer.Serialize(writer, answer, EngineJson.Default.EngineAnswer);
            writer.Flush();
            _gathered.Write("\n"u8);
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            try
            {
                if (!_isBroken && _gathered.WrittenCount > 0)
                {
                    output.Write(_gathered.WrittenSpan);
                    output.Flush();
                }
            }
            catch (IOException)
            {
                _isBroken = true;
            }

            _gathered.ResetWrittenCount();
        }
    }

    public void Send(EngineAnswer answer)
    {
        Add(answer);
        Flush();
    }
}
