namespace Hone.Tests.Support;

/// <summary>Cases of minutes, run where HONE_LONG_TESTS=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongTheoryAttribute : TheoryAttribute
{
    public LongTheoryAttribute() =>
        Skip = Environment.GetEnvironmentVariable("HONE_LONG_TESTS") == "1" ? null : "takes minutes; set HONE_LONG_TESTS=1 to run it";
}
