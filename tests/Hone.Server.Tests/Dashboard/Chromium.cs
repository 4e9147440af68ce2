using System.Text.Json;
using Microsoft.Playwright;

namespace Hone.Server.Tests.Dashboard;

/// <summary>A browser that opens watched tabs: Debian's chromium, or the one that HONE_CHROMIUM names.</summary>
sealed class Chromium : IAsyncDisposable
{
    /// <summary>A page is waited for this long, in milliseconds: the machine may be busy with other tests.</summary>
    public const float Patience = 30_000;

    readonly IPlaywright _playwright;
    readonly IBrowser _browser;

    Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static string Program { get; } = Environment.GetEnvironmentVariable("HONE_CHROMIUM") ?? "/usr/bin/chromium";

    public static async Task<Chromium> Start()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            Timeout = 4 * Patience,
        }));
    }

    /// <summary>A fresh tab, watched for errors and for requests that fail or leave.</summary>
    /// <param name="server">Where the service is.</param>
    /// <param name="key">The key that the tab already holds; null for none.</param>
    /// <param name="output">The folder for pictures.</param>
    /// <param name="colors">Light or dark.</param>
    /// <param name="width">Of the window, in pixels; below 500 it is a phone with a finger.</param>
    public async Task<WatchedPage> Open(Uri server, string? key, string output, ColorScheme colors = ColorScheme.Light, int width = 1280)
    {
        bool isPhone = width < 500;
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = server.ToString(),
            ColorScheme = colors,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = isPhone ? 740 : 900 },
            HasTouch = isPhone,
            TimezoneId = "UTC",
        });
        if (key is not null)
        {
            await context.AddInitScriptAsync($"sessionStorage.setItem('hone.key', {JsonSerializer.Serialize(key)})");
        }

        return await WatchedPage.Of(context, output);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
