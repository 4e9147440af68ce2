using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>
/// Writes an answer as AWS's event stream. A message: its length, the length of its headers, the CRC-32 of these eight bytes, the headers, the
/// payload, the CRC-32 of everything before. Numbers are big-endian; a header is its name's length, name, 7 for text, length, text.
/// </summary>
sealed class EventStream(HttpContext context)
{
    const byte TextType = 7;

    /// <summary>Sends the answer's head: from here on, what goes wrong is an event.</summary>
    public Task Begin()
    {
        var response = context.Response;
        response.ContentType = "application/vnd.amazon.eventstream";
        response.Headers["X-Amzn-Bedrock-Content-Type"] = "application/json";
        return response.StartAsync(context.RequestAborted);
    }

    public Task Event(string type, JsonObject payload) =>
        Write([(":event-type", type), (":content-type", "application/json"), (":message-type", "event")], payload);

    /// <summary>The last message of a stream that cannot be brought to its end.</summary>
    public Task Failure(ApiProblem problem)
    {
        string code = ProblemShape.Bedrock(problem).Type;
        code = code is "ValidationException" or "ThrottlingException" or "ServiceUnavailableException" or "InternalServerException"
            ? code
            : "ModelStreamErrorException";
        string name = char.ToLowerInvariant(code[0]) + code[1..];
        return Write(
            [(":exception-type", name), (":content-type", "application/json"), (":message-type", "exception")],
            new JsonObject { ["message"] = problem.Message });
    }

    async Task Write(IReadOnlyList<(string Name, string Value)> headers, JsonObject payload)
    {
        await context.Response.Body.WriteAsync(Message(headers, Answers.Bytes(payload)), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    internal static byte[] Message(IReadOnlyList<(string Name, string Value)> headers, ReadOnlySpan<byte> payload)
    {
        var names = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            byte[] text = Encoding.UTF8.GetBytes(value);
            names.WriteByte((byte)name.Length);
            names.Write(Encoding.UTF8.GetBytes(name));
            names.Write([TextType, (byte)(text.Length >> 8), (byte)text.Length]);
            names.Write(text);
        }

        byte[] message = new byte[12 + names.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), (int)names.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc32.Of(message.AsSpan(0, 8)));
        names.ToArray().CopyTo(message, 12);
        payload.CopyTo(message.AsSpan(12 + (int)names.Length));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Crc32.Of(message.AsSpan(0, message.Length - 4)));
        return message;
    }
}
