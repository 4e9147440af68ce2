using System.Text.Json;
using Hone.Server.Tests.Dashboard.Stage;
using Microsoft.Playwright;

namespace Hone.Server.Tests.Dashboard;

/// <summary>One chromium and one server for all browser tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    IPlaywright? _playwright;
    IBrowser? _browser;

    public static string Path { get; } = Environment.GetEnvironmentVariable("HONE_CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>Where screenshots are kept: artifacts/dashboard of the repository.</summary>
    static string Output { get; } = Directory.CreateDirectory(System.IO.Path.Combine(RecordedRun.Root, "artifacts", "dashboard")).FullName;

    internal StagedServer Stage { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (!File.Exists(Path))
        {
            return;
        }

        Stage = await StagedServer.Start();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
            _playwright!.Dispose();
            await Stage.DisposeAsync();
        }
    }

    /// <summary>A fresh tab that holds the key, watched for errors and for requests that leave.</summary>
    internal async Task<WatchedPage> Open(ColorScheme colors = ColorScheme.Light, int width = 1280, int height = 900, bool withKey = true)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = Stage.Client.BaseAddress!.ToString(),
            ColorScheme = colors,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = height },
            TimezoneId = "UTC",
        });
        if (withKey)
        {
            await context.AddInitScriptAsync($"sessionStorage.setItem('hone.key', {JsonSerializer.Serialize(Stage.Key)})");
        }

        return await WatchedPage.Of(context, Output);
    }
}

[CollectionDefinition("browser")]
public sealed class BrowserCollection : ICollectionFixture<Browser>;
