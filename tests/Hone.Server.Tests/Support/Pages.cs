using Hone.Server.Files;

namespace Hone.Server.Tests.Support;

/// <summary>Pages of lists that are kept in memory.</summary>
static class Pages
{
    /// <param name="all">The oldest first.</param>
    public static Page<T> Of<T>(IEnumerable<T> all, bool oldestFirst, string? after, int limit, Func<T, string> id)
    {
        var ordered = oldestFirst ? all : all.Reverse();
        var rest = (after is null ? ordered : ordered.SkipWhile(item => id(item) != after).Skip(1)).ToList();
        return new([.. rest.Take(limit)], rest.Count > limit);
    }
}
