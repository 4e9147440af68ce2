namespace Hone.Models.Configuration;

/// <summary>What PEFT's <c>adapter_config.json</c> says about a LoRA adapter: y = base(x) + Scale · (x·Aᵀ)·Bᵀ.</summary>
public sealed record AdapterConfig
{
    /// <summary>R, the rows of every A.</summary>
    public required int Rank { get; init; }

    public required double Alpha { get; init; }

    /// <summary>Endings of module names, such as <c>q_proj</c>; null for all linear modules.</summary>
    public IReadOnlyList<string>? TargetModules { get; init; }

    /// <summary>Divides by √R instead of R.</summary>
    public bool UseRsLora { get; init; }

    /// <summary>The name or folder of the base model, as a hint to the reader; may be empty.</summary>
    public string BaseModel { get; init; } = "";

    public float Scale => (float)(UseRsLora ? Alpha / Math.Sqrt(Rank) : Alpha / Rank);

    /// <summary>True if the module's last names are one of <see cref="TargetModules"/>.</summary>
    public bool Targets(string module) =>
        TargetModules is null
        || TargetModules.Any(target => IsNamed(module, target));

    /// <summary>True if <paramref name="target"/> is the module's last names.</summary>
    internal static bool IsNamed(string module, string target) =>
        module == target || module.EndsWith("." + target, StringComparison.Ordinal);
}
