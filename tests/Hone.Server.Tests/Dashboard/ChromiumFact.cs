namespace Hone.Server.Tests.Dashboard;

/// <summary>A test that needs a browser: Debian's chromium, or the one that HONE_CHROMIUM names.</summary>
sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (!File.Exists(Browser.Path))
        {
            Skip = $"There is no browser at {Browser.Path}; install chromium, or name one in HONE_CHROMIUM.";
        }
    }
}
