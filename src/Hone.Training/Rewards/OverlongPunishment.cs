namespace Hone.Training.Rewards;

/// <summary>
/// The reward of a completion of n tokens loses penalty·min(1, (n − (L_max − buffer)) / buffer) once n exceeds L_max − buffer, L_max being
/// inferenceMaxTokens.
/// </summary>
/// <remarks>
/// DAPO's soft overlong punishment (2503.14476, eq. 13). Use it when completions creep towards the limit: a ramp can be climbed down, a cliff
/// at the limit is met without warning.
/// </remarks>
public sealed record OverlongPunishment
{
    /// <summary>Tokens before the limit in which the punishment grows.</summary>
    public required int Buffer { get; init; }

    /// <summary>What a completion at the limit loses.</summary>
    public double Penalty { get; init; } = 1;

    public IEnumerable<string> Problems() =>
        SettingsRange.AtLeast("buffer", Buffer, 1, "a completion is never longer than the limit, so that 0 would punish none")
            .Concat(SettingsRange.Between("penalty", Penalty, 0, float.MaxValue, openLow: true));

    /// <summary>From 0 down to −1.</summary>
    public static double Of(int length, int maxLength, int buffer) =>
        length <= maxLength - buffer ? 0
        : length <= maxLength ? (double)(maxLength - buffer - length) / buffer
        : -1;
}
