using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hone.Cli;

/// <summary>Metrics as commands print them: camelCase, and numbers that do not exist (NaN) by name.</summary>
static class StepJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
