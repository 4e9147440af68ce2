using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hone.Jobs.Engine.Protocol;

namespace Hone.Jobs.Engine;

/// <summary>What the engine's process reads and writes, as JSON. Floats keep their bits.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, MaxDepth = 128)]
[JsonSerializable(typeof(EngineCall))]
[JsonSerializable(typeof(EngineAnswer))]
[JsonSerializable(typeof(JsonNode))]
sealed partial class EngineJson : JsonSerializerContext;
