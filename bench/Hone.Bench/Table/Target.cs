namespace Hone.Bench.Table;

/// <summary>How a figure is held against its target.</summary>
public enum Yardstick
{
    /// <summary>The figure is a share of what the probe found; more is better.</summary>
    ShareOfProbe,

    /// <summary>The figure divided by the peer's; more is better.</summary>
    TimesPeer,

    /// <summary>The peer's seconds divided by ours; more is better.</summary>
    PeerSecondsOverOurs,

    /// <summary>The figure itself; less is better.</summary>
    AtMost,

    /// <summary>The figure itself; more is better.</summary>
    AtLeast,
}

/// <summary>What a row must reach, and what would be better still.</summary>
public sealed record Target(Yardstick Yardstick, double Floor, double Moonshot)
{
    public bool NeedsPeer => Yardstick is Yardstick.TimesPeer or Yardstick.PeerSecondsOverOurs;

    /// <summary>What is compared with floor and moonshot; null without the peer that it needs.</summary>
    public double? Score(double figure, double? peer) => Yardstick switch
    {
        Yardstick.TimesPeer => figure / peer,
        Yardstick.PeerSecondsOverOurs => peer / figure,
        _ => figure,
    };

    public string Verdict(double? figure, double? peer)
    {
        if (figure is not { } measured)
        {
            return "not measured";
        }

        if (Score(measured, peer) is not { } score)
        {
            return "no peer figure";
        }

        return Reaches(score, Moonshot) ? "moonshot" : Reaches(score, Floor) ? "floor" : "**below**";
    }

    /// <summary>A bound in the words of its yardstick.</summary>
    public string Text(double bound) => Yardstick switch
    {
        Yardstick.ShareOfProbe => $"{100 * bound:0.#} %",
        Yardstick.TimesPeer or Yardstick.PeerSecondsOverOurs => $"{bound:0.00}x",
        Yardstick.AtMost => $"≤ {bound:0.##}",
        _ => $"≥ {bound:0.##}",
    };

    bool Reaches(double score, double bound) => Yardstick == Yardstick.AtMost ? score <= bound : score >= bound;
}
