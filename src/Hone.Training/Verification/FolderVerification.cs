namespace Hone.Training.Verification;

/// <summary>Compares this build with folders of reference numbers. What a folder is, its content says.</summary>
public static class FolderVerification
{
    // A folder of folders of cases; deeper than this nothing is looked for, so that a wrong path ends soon.
    const int Levels = 3;

    static readonly (Func<string, bool> Recognizes, Func<string, IEnumerable<VerificationCase>> Run)[] _kinds =
    [
        (ModelVerification.Recognizes, ModelVerification.Run),
        (TrainingCaseVerification.Recognizes, TrainingCaseVerification.Run),
        (AdamWVerification.Recognizes, AdamWVerification.Run),
        (SamplingVerification.Recognizes, SamplingVerification.Run),
        (LossVerification.Recognizes, LossVerification.Run),
        (TrlStepsVerification.Recognizes, TrlStepsVerification.Run),
        (TokenizerVerification.Recognizes, TokenizerVerification.Run),
        (TokenizerComponentVerification.Recognizes, TokenizerComponentVerification.Run),
        (TemplateVerification.Recognizes, TemplateVerification.Run),
    ];

    static readonly EnumerationOptions _visible = new() { IgnoreInaccessible = true };

    /// <summary>Every quantity of every case in the folders and in the folders below them.</summary>
    /// <exception cref="VerificationException">A folder has nothing to compare, or a file of it cannot be read.</exception>
    public static IEnumerable<VerificationCase> Run(IEnumerable<string> folders) => folders.SelectMany(Run);

    static IEnumerable<VerificationCase> Run(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new VerificationException($"{folder} does not exist; give a folder of reference numbers.");
        }

        bool any = false;
        foreach (var found in Search(folder, Levels))
        {
            any = true;
            yield return found;
        }

        if (!any)
        {
            throw new VerificationException(
                $"{folder} has no reference numbers: neither it nor a folder up to {Levels} levels below holds a case.json of a known "
                + "kind, a policy-loss.json or a trace.json.");
        }
    }

    static IEnumerable<VerificationCase> Search(string folder, int levels)
    {
        var own = _kinds.Where(kind => kind.Recognizes(folder)).SelectMany(kind => kind.Run(folder));
        IEnumerable<string> below = levels == 0 ? [] : Directory.EnumerateDirectories(folder, "*", _visible).Order(StringComparer.Ordinal);
        return own.Concat(below.SelectMany(inner => Search(inner, levels - 1)));
    }
}
