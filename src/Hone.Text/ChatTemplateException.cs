namespace Hone.Text;

/// <summary>A chat template is missing, damaged, or refuses these messages. The message is for the user.</summary>
public sealed class ChatTemplateException : Exception
{
    public ChatTemplateException(string message)
        : base(message)
    {
    }

    public ChatTemplateException(string message, int line, int column, Exception? inner = null)
        : base(message, inner)
    {
        (Line, Column) = (line, column);
    }

    /// <summary>Where in the template, from 1; 0 when the problem has no place there.</summary>
    public int Line { get; }

    public int Column { get; }
}
