using System.Text.Json;
using Hone.Text;

namespace Hone.Training.Data;

/// <summary>One turn of a conversation. The role is one of <see cref="Roles"/>, as it was written.</summary>
public sealed record ChatTurn(string Role, string Content)
{
    public static IReadOnlyList<string> Roles { get; } = ["system", "developer", "user", "assistant", "tool", "function"];

    /// <summary>
    /// The turn for the chat template, where it holds more than a role and text (calls of tools, reasoning, whatever a template reads) or a role that
    /// templates know by another name. Content is one text; <c>arguments</c> of calls are objects.
    /// </summary>
    public JsonElement? Written { get; init; }

    /// <summary>As the chat template gets it.</summary>
    public ChatMessage Message => Written is { } json ? new(Role, Content) { Json = json } : new(Role, Content);

    /// <summary>The role by the name that chat templates know it by.</summary>
    internal static string ForTemplate(string role) => role switch
    {
        "developer" => "system",
        "function" => "tool",
        _ => role,
    };
}
