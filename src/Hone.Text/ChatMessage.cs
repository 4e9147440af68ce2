namespace Hone.Text;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">Who speaks: system, user, assistant …</param>
/// <param name="Content">What is said.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>Further fields that a template may read, such as reasoning_content. Fields that are null are left out.</summary>
    public IReadOnlyDictionary<string, object?>? Extra { get; init; }
}
