namespace Hone.Server.Tests.Dashboard;

/// <summary>A test that needs a browser: Debian's chromium, or the one that HONE_CHROMIUM names.</summary>
sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (!File.Exists(Chromium.Program))
        {
            Skip = $"There is no browser at {Chromium.Program}; install chromium, or name one in HONE_CHROMIUM.";
        }
    }
}
