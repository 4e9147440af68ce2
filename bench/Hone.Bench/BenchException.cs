namespace Hone.Bench;

/// <summary>Something that cannot be measured as asked; the message says what was expected.</summary>
public sealed class BenchException(string message) : Exception(message);
