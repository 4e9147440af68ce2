namespace Hone.Text;

/// <summary>
/// How long a text may become by a tokenizer's rules: a file of one kilobyte can ask for replacements in replacements without end.
/// </summary>
static class TextLimit
{
    public const int MostCharacters = 1 << 26;

    /// <exception cref="TokenizerException">The text is longer.</exception>
    public static void Require(long characters)
    {
        if (characters > MostCharacters)
        {
            throw new TokenizerException($"The tokenizer makes more than {MostCharacters:N0} characters of a text; its rules or the text are meant to hurt.");
        }
    }
}
