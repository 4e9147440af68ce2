namespace Hone.Training.Verification;

public enum VerificationStatus
{
    Agree,
    Disagree,

    /// <summary>The reference holds something that this build does not compute. It is never counted as agreement.</summary>
    NotBuilt,
}

/// <summary>One quantity of a reference case beside what the engine computes for it.</summary>
/// <param name="Folder">The folder as the user named it.</param>
/// <param name="Case">The case inside the folder, with the file it stands in.</param>
/// <param name="Quantity">What was compared; for <see cref="VerificationStatus.NotBuilt"/> what is missing.</param>
/// <param name="Difference">|actual − expected| at the element that comes closest to its tolerance or exceeds it most; null when nothing was computed or only one of the two is a finite number. A quantity that says so is compared by another measure.</param>
/// <param name="Tolerance">What that element may differ by.</param>
/// <param name="Status">The verdict.</param>
public sealed record VerificationCase(
    string Folder, string Case, string Quantity, double? Difference, double? Tolerance, VerificationStatus Status);
