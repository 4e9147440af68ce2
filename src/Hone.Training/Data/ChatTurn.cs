namespace Hone.Training.Data;

/// <summary>One turn of a conversation. The role is <c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or
/// <c>tool</c>.</summary>
public sealed record ChatTurn(string Role, string Content)
{
    public static IReadOnlyList<string> Roles { get; } = ["system", "developer", "user", "assistant", "tool"];
}
