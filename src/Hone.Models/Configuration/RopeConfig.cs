namespace Hone.Models.Configuration;

/// <summary>One set of rotary frequencies.</summary>
/// <param name="Theta">The base of the frequencies.</param>
/// <param name="RotatedWidth">Components of a head that turn, even; the rest pass unchanged. Null: all.</param>
public sealed record RopeConfig(double Theta, RopeScaling? Scaling = null, int? RotatedWidth = null);
