using System.Text.Json;

namespace Hone.Tests.Text;

/// <summary>Reads stored reference rows: from the test's own material, or from the folder that HONE_SHARED names.</summary>
static class GoldenRows
{
    public static string Material(string path) => Path.Combine(AppContext.BaseDirectory, "Material", path);

    /// <summary>Null when HONE_SHARED is unset: tests over large material then have nothing to check.</summary>
    public static string? Shared(string path) =>
        Environment.GetEnvironmentVariable("HONE_SHARED") is { Length: > 0 } root ? Path.Combine(root, path) : null;

    public static IEnumerable<JsonElement> Read(string file) =>
        File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement);

    public static int[] Ids(this JsonElement row) => [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];

    public static string? Text(this JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static bool Flag(this JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.GetBoolean();

    /// <summary>Fails with the first few differences and their number.</summary>
    public static void AssertNone(IEnumerable<string> differences)
    {
        string[] all = [.. differences];
        Assert.True(all.Length == 0, $"{all.Length} rows differ:\n{string.Join('\n', all.Take(12))}");
    }
}
