using System.Text.Json;
using Hone.Text;

namespace Hone.Training.Data;

/// <summary>One turn of a conversation. The role is <c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or
/// <c>tool</c>.</summary>
public sealed record ChatTurn(string Role, string Content)
{
    public static IReadOnlyList<string> Roles { get; } = ["system", "developer", "user", "assistant", "tool"];

    /// <summary>The turn as it was written, where it holds more than a role and text: calls of tools, reasoning, whatever the chat template reads.</summary>
    public JsonElement? Written { get; init; }

    /// <summary>As the chat template gets it.</summary>
    public ChatMessage Message => Written is { } json ? new(Role, Content) { Json = json } : new(Role, Content);
}
