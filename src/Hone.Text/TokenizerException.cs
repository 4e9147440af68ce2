namespace Hone.Text;

/// <summary>A tokenizer file cannot be read or asks for something that is not supported. The message is for the user.</summary>
public sealed class TokenizerException : Exception
{
    public TokenizerException(string message)
        : base(message)
    {
        Problems = [message];
    }

    public TokenizerException(string message, Exception inner)
        : base(message, inner)
    {
        Problems = [message];
    }

    /// <param name="problems">At least one sentence; the message has a line for each.</param>
    public TokenizerException(IReadOnlyList<string> problems)
        : base(string.Join(Environment.NewLine, problems))
    {
        Problems = problems;
    }

    /// <summary>Every problem that was found, a sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
