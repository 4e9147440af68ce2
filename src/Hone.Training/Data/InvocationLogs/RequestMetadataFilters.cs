using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>A condition on a call's <c>requestMetadata</c>: exactly one of the two.</summary>
public record RequestMetadataCondition
{
    /// <summary>Every key has its value.</summary>
    [JsonPropertyName("equals"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? EqualTo { get; init; }

    /// <summary>No key has its value; a call without the key passes.</summary>
    [JsonPropertyName("notEquals"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? NotEqualTo { get; init; }

    internal bool Holds(JsonElement metadata) =>
        (EqualTo?.All(pair => metadata.Text(pair.Key) == pair.Value) ?? true)
        && (NotEqualTo?.All(pair => metadata.Text(pair.Key) != pair.Value) ?? true);

    private protected IEnumerable<string> PairProblems(string path) =>
        MapProblems($"{path}.equals", EqualTo).Concat(MapProblems($"{path}.notEquals", NotEqualTo));

    internal virtual IEnumerable<string> Problems(string path) =>
        (EqualTo is null) == (NotEqualTo is null)
            ? [$"{path} has {(EqualTo is null ? "no condition" : "two conditions")}; give it \"equals\" or \"notEquals\"."]
            : PairProblems(path);

    static IEnumerable<string> MapProblems(string path, IReadOnlyDictionary<string, string>? map)
    {
        if (map?.Count is 0 or > RequestMetadataFilters.Most)
        {
            yield return $"{path} has {map.Count} keys, but needs 1 to {RequestMetadataFilters.Most}, such as {{\"project\":\"support\"}}.";
        }

        foreach (var (key, value) in map ?? new Dictionary<string, string>())
        {
            if (value is null || key.Length > RequestMetadataFilters.Longest || value.Length > RequestMetadataFilters.Longest)
            {
                yield return $"{path}: '{key[..Math.Min(key.Length, 40)]}' needs a text as value, and neither may be longer than {RequestMetadataFilters.Longest} characters.";
            }
        }
    }
}

/// <summary>Which calls of a log are taken: exactly one of <c>equals</c>, <c>notEquals</c>, <c>andAll</c>, <c>orAll</c>.</summary>
public sealed record RequestMetadataFilters : RequestMetadataCondition
{
    /// <summary>Conditions in a list, pairs in a condition.</summary>
    internal const int Most = 16;

    /// <summary>Characters of a key or value.</summary>
    internal const int Longest = 256;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RequestMetadataCondition>? AndAll { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RequestMetadataCondition>? OrAll { get; init; }

    /// <param name="metadata">The call's <c>requestMetadata</c>; undefined where it has none.</param>
    internal bool Match(JsonElement metadata) =>
        Holds(metadata)
        && (AndAll?.All(condition => condition.Holds(metadata)) ?? true)
        && (OrAll?.Any(condition => condition.Holds(metadata)) ?? true);

    internal override IEnumerable<string> Problems(string path)
    {
        int given = new object?[] { EqualTo, NotEqualTo, AndAll, OrAll }.Count(part => part is not null);
        if (given != 1)
        {
            yield return $"{path} has {given} of equals, notEquals, andAll and orAll, but needs exactly one; several conditions go into andAll or orAll.";
        }

        foreach (string problem in PairProblems(path).Concat(ListProblems($"{path}.andAll", AndAll)).Concat(ListProblems($"{path}.orAll", OrAll)))
        {
            yield return problem;
        }
    }

    static IEnumerable<string> ListProblems(string path, IReadOnlyList<RequestMetadataCondition>? list)
    {
        if (list?.Count is 0 or > Most)
        {
            yield return $"{path} has {list.Count} conditions, but needs 1 to {Most}.";
        }

        foreach (string problem in list?.SelectMany((condition, i) => condition.Problems($"{path}[{i}]")) ?? [])
        {
            yield return problem;
        }
    }
}
