using System.Text.RegularExpressions;

namespace Hone.Models.Configuration;

/// <summary>What PEFT's <c>adapter_config.json</c> says about a LoRA adapter: y = base(x) + ScaleOf(module) · (x·Aᵀ)·Bᵀ.</summary>
public sealed record AdapterConfig
{
    /// <summary>R, the rows of every A that <see cref="RankPattern"/> does not name.</summary>
    public required int Rank { get; init; }

    public required double Alpha { get; init; }

    /// <summary>
    /// Endings of module names, such as <c>q_proj</c>, or whole names; null for all linear modules, unless <see cref="TargetPattern"/> is given.
    /// </summary>
    public IReadOnlyList<string>? TargetModules { get; init; }

    /// <summary>A regular expression that the whole name of a module must match, in place of <see cref="TargetModules"/>.</summary>
    public ModulePattern? TargetPattern { get; init; }

    /// <summary>Ranks of the modules whose names end as a pattern says; the first that fits counts.</summary>
    public IReadOnlyList<KeyValuePair<ModulePattern, int>> RankPattern { get; init; } = [];

    /// <summary>Alphas in the same way.</summary>
    public IReadOnlyList<KeyValuePair<ModulePattern, double>> AlphaPattern { get; init; } = [];

    /// <summary>Divides by √R instead of R.</summary>
    public bool UseRsLora { get; init; }

    /// <summary>The name or folder of the base model, as a hint to the reader; may be empty.</summary>
    public string BaseModel { get; init; } = "";

    /// <summary>R of one module.</summary>
    public int RankOf(string module) => Own(RankPattern, module, Rank);

    /// <summary>alpha / R of one module, or alpha / √R.</summary>
    public float ScaleOf(string module)
    {
        double alpha = Own(AlphaPattern, module, Alpha);
        int rank = RankOf(module);
        return (float)(UseRsLora ? alpha / Math.Sqrt(rank) : alpha / rank);
    }

    /// <summary>True if the module is one that the adapter changes.</summary>
    public bool Targets(string module) =>
        TargetPattern is { } pattern
            ? pattern.FitsWhole(module)
            : TargetModules is null || TargetModules.Any(target => IsNamed(module, target));

    /// <summary>True if <paramref name="target"/> is the module's last names.</summary>
    internal static bool IsNamed(string module, string target) =>
        module == target || module.EndsWith("." + target, StringComparison.Ordinal);

    static T Own<T>(IReadOnlyList<KeyValuePair<ModulePattern, T>> patterns, string module, T otherwise)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (pattern.FitsEnd(module))
            {
                return value;
            }
        }

        return otherwise;
    }
}

/// <summary>A regular expression over names of modules, as adapter_config.json holds it. Two are equal if their texts are.</summary>
public sealed record ModulePattern
{
    // A name has some fifty letters: whatever takes longer is an expression made to take for ever.
    static readonly TimeSpan _deadline = TimeSpan.FromSeconds(1);

    readonly Regex _whole;
    readonly Regex _end;

    /// <exception cref="ArgumentException">The text is no regular expression.</exception>
    public ModulePattern(string text)
    {
        Text = text;
        _whole = new Regex($@"\A(?:{text})\z", RegexOptions.CultureInvariant, _deadline);
        _end = new Regex($@"\A(?:.*\.)?(?:{text})\z", RegexOptions.CultureInvariant, _deadline);
    }

    public string Text { get; }

    /// <exception cref="RegexMatchTimeoutException">The expression takes too long.</exception>
    public bool FitsWhole(string module) => _whole.IsMatch(module);

    /// <summary>True if the expression matches the last names of the module.</summary>
    /// <exception cref="RegexMatchTimeoutException">The expression takes too long.</exception>
    public bool FitsEnd(string module) => _end.IsMatch(module);

    public bool Equals(ModulePattern? other) => other?.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
