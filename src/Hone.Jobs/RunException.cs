namespace Hone.Jobs;

/// <summary>A run folder cannot be made, opened, written or read. The message is a sentence ready to be shown.</summary>
public sealed class RunException(string message, Exception? inner = null) : Exception(message, inner);
