namespace Hone.Server;

/// <summary>What the OpenAPI document says of a route beside its path and method. A route without one is not in the document.</summary>
/// <param name="Tag">The group that it stands in, such as "Files".</param>
sealed record RouteText(string Tag, string Summary)
{
    /// <summary>Kind of the body; null: there is none.</summary>
    public string? Body { get; init; }

    /// <summary>Kind of the answer.</summary>
    public string Answer { get; init; } = "application/json";

    /// <summary>Names that the query may have.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];
}
