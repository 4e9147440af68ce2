using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Runtime;

namespace Hone.Server.Tests.Bedrock.Support;

/// <summary>Reads a stream of AWS's events, every sum of it.</summary>
static class EventMessages
{
    public static List<(string Type, JsonObject Payload)> Read(byte[] bytes)
    {
        List<(string, JsonObject)> events = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)), headers = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4));
            Assert.Equal(Crc32.Of(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 8)));
            Assert.Equal(Crc32.Of(bytes.AsSpan(at, length - 4)), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + length - 4)));
            int name = bytes[at + 12], value = BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(at + 14 + name));
            string type = Encoding.UTF8.GetString(bytes, at + 16 + name, value);
            events.Add((type, JsonNode.Parse(bytes.AsSpan(at + 12 + headers, length - headers - 16))!.AsObject()));
            at += length;
        }

        return events;
    }

    /// <summary>What an event of the type chunk holds.</summary>
    public static JsonObject Chunk((string Type, JsonObject Payload) one) =>
        JsonNode.Parse(Convert.FromBase64String((string)one.Payload["bytes"]!))!.AsObject();
}
