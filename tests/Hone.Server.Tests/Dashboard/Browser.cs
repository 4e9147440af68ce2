using Hone.Server.Tests.Dashboard.Stage;
using Microsoft.Playwright;

namespace Hone.Server.Tests.Dashboard;

/// <summary>One chromium and one server for all browser tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    Chromium? _chromium;

    /// <summary>Where screenshots are kept: artifacts/dashboard of the repository.</summary>
    static string Output { get; } = Directory.CreateDirectory(Path.Combine(RecordedRun.Root, "artifacts", "dashboard")).FullName;

    internal StagedServer Stage { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (File.Exists(Chromium.Program))
        {
            Stage = await StagedServer.Start();
            _chromium = await Chromium.Start();
        }
    }

    public async Task DisposeAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
            await Stage.DisposeAsync();
        }
    }

    /// <summary>A fresh tab that holds the key.</summary>
    internal Task<WatchedPage> Open(ColorScheme colors = ColorScheme.Light, int width = 1280, bool withKey = true) =>
        _chromium!.Open(Stage.Client.BaseAddress!, withKey ? Stage.Key : null, Output, colors, width);
}

[CollectionDefinition("browser")]
public sealed class BrowserCollection : ICollectionFixture<Browser>;
