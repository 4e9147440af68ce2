namespace Hone.EndToEndTests.Support;

/// <summary>A test of minutes, run where HONE_LONG_TESTS=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("HONE_LONG_TESTS") != "1")
        {
            Skip = "takes minutes; set HONE_LONG_TESTS=1 to run it";
        }
    }
}

/// <summary>A test over the reference numbers in the folder HONE_SHARED.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (string.IsNullOrEmpty(Folder))
        {
            Skip = "HONE_SHARED is not set: there are no reference numbers to compare with";
        }
    }

    public static string? Folder => Environment.GetEnvironmentVariable("HONE_SHARED");
}

/// <summary>A test of minutes over files in the folder HONE_SHARED.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongSharedFactAttribute : FactAttribute
{
    public LongSharedFactAttribute() => Skip = new LongFactAttribute().Skip ?? new SharedFactAttribute().Skip;
}
