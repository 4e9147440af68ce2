using System.Text.Json.Nodes;

namespace Hone.Bench.Table;

/// <summary>A row's number out of the lines that one process of each of its commands printed.</summary>
public delegate double? FigureOf(IReadOnlyList<IReadOnlyList<JsonObject>> linesByCommand);

/// <summary>One row of the table: what is run, which number counts, and what it must reach.</summary>
public sealed record TableRow
{
    /// <summary>What <c>--only</c> calls it.</summary>
    public required string Name { get; init; }

    public required string Work { get; init; }

    public required string Unit { get; init; }

    /// <summary>What follows <c>hone bench</c>; a row that compares two settings has two.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>The row's number for one process of each command.</summary>
    public required FigureOf Figure { get; init; }

    /// <summary>
    /// The row's number for all processes together; null: the median of theirs. A row that picks one cell of a grid takes each cell's median
    /// first: the worst of sixty cells of one process is whichever was disturbed.
    /// </summary>
    public Func<IReadOnlyList<IReadOnlyList<JsonObject>>, double?>? FigureOfAll { get; init; }

    public required Target Target { get; init; }

    /// <summary>The peer's number, or null; rows without a peer have none.</summary>
    public Func<PeerFigures, IReadOnlyList<IReadOnlyList<JsonObject>>, double?>? Peer { get; init; }

    /// <summary>Who the peer is.</summary>
    public string PeerName { get; init; } = "";
}
