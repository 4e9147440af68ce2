namespace Hone.Grading.OpenAi;

/// <summary>A formula over names, such as <c>0.5 * exact + 0.5 * max(style, 0)</c>.</summary>
/// <remarks>
/// <para>Numbers, names, brackets; <c>+ - * /</c> and <c>^</c> (power, binds tightest and to the right: −2^2 = −4, 2^3^2 = 2^9); min and max of
/// one value or more, abs, floor, ceil, exp, sqrt, log (natural).</para>
/// <para>It is worked out in double; what has no value (a division by 0) is not finite.</para>
/// </remarks>
sealed class Formula
{
    readonly Func<IReadOnlyDictionary<string, double>, double> _value;

    internal Formula(Func<IReadOnlyDictionary<string, double>, double> value, IReadOnlyList<string> names) => (_value, Names) = (value, names);

    /// <summary>Names that occur in it, each once.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <returns>Null where it cannot be read; the problem names the column and ends a sentence that begins with the formula's place.</returns>
    public static Formula? Read(string text, IReadOnlyCollection<string> names, out string problem) => new FormulaReader(text, names).Read(out problem);

    public double Of(IReadOnlyDictionary<string, double> values) => _value(values);
}
