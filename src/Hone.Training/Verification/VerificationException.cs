namespace Hone.Training.Verification;

/// <summary>A folder of reference numbers cannot be read. The message names the file, the place in it, and what was expected there.</summary>
public sealed class VerificationException(string message, Exception? cause = null) : Exception(message, cause);
