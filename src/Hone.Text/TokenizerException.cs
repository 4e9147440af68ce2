namespace Hone.Text;

/// <summary>A tokenizer file cannot be read or asks for something that is not supported. The message is for the user.</summary>
public sealed class TokenizerException : Exception
{
    public TokenizerException(string message)
        : base(message)
    {
    }

    public TokenizerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
