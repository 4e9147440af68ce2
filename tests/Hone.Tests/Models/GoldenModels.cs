namespace Hone.Tests.Models;

/// <summary>Tiny models with known numbers: a few travel with the tests, the others lie in the folder HONE_SHARED where that is set.</summary>
static class GoldenModels
{
    public static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "Material", "models", name);

    /// <returns>Null where HONE_SHARED is unset: such a test passes without looking.</returns>
    public static string? Shared(string path) =>
        Environment.GetEnvironmentVariable("HONE_SHARED") is { Length: > 0 } root ? Path.Combine(root, path) : null;
}
