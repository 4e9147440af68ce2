namespace Hone.Tests.Support;

/// <summary>The folder HONE_SHARED: reference numbers and third-party files that are too large for the repository.</summary>
static class SharedFolder
{
    public const string Missing = "HONE_SHARED is not set: what this test reads lies there";

    public static bool IsThere => Environment.GetEnvironmentVariable("HONE_SHARED") is { Length: > 0 };

    public static string In(string path) => Path.Combine(Environment.GetEnvironmentVariable("HONE_SHARED")!, path);
}

/// <summary>A test over files in HONE_SHARED; skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedFolder.IsThere ? null : SharedFolder.Missing;
}

/// <summary>Cases over files in HONE_SHARED; skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedFolder.IsThere ? null : SharedFolder.Missing;
}
