namespace Hone.Text.Normalizers;

/// <summary>Unicode's normal forms, which .NET leaves undone where it runs without culture data.</summary>
public static class NormalForms
{
    static readonly UnicodeForm _nfkc = new(compatible: true, compose: true);

    /// <summary>NFKC: full-width, mathematical and circled letters and digits become plain ones, accents join their letters.</summary>
    public static string Nfkc(string text)
    {
        bool atStart = true;
        return _nfkc.Apply(text, ref atStart);
    }
}
