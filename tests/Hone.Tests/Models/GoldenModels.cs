namespace Hone.Tests.Models;

/// <summary>Tiny models with known numbers that travel with the tests.</summary>
static class GoldenModels
{
    public static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "Material", "models", name);
}
