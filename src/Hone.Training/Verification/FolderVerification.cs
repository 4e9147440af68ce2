namespace Hone.Training.Verification;

/// <summary>Compares this build with folders of reference numbers. What a folder is, its content says.</summary>
public static class FolderVerification
{
    static readonly (Func<string, bool> Recognizes, Func<string, IEnumerable<VerificationCase>> Run)[] _kinds =
    [
        (ModelVerification.Recognizes, ModelVerification.Run),
        (TrainingCaseVerification.Recognizes, TrainingCaseVerification.Run),
        (TrlStepsVerification.Recognizes, TrlStepsVerification.Run),
        (AdamWVerification.Recognizes, AdamWVerification.Run),
        (SamplingVerification.Recognizes, SamplingVerification.Run),
        (LossVerification.Recognizes, LossVerification.Run),
    ];

    public static IEnumerable<VerificationCase> Run(IEnumerable<string> folders) => folders.SelectMany(Run);

    static IEnumerable<VerificationCase> Run(string folder) =>
        _kinds.Where(kind => kind.Recognizes(folder)).SelectMany(kind => kind.Run(folder));
}
