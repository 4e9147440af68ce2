using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Hone.Server.Tests.Dashboard;

/// <summary>A tab whose errors, foreign requests and hurdles for people are counted against the test.</summary>
sealed class WatchedPage : IAsyncDisposable
{
    readonly IBrowserContext _context;
    readonly string _output;
    readonly ConcurrentQueue<string> _faults = new();

    WatchedPage(IBrowserContext context, IPage page, string output) => (_context, Page, _output) = (context, page, output);

    public IPage Page { get; }

    public static async Task<WatchedPage> Of(IBrowserContext context, string output)
    {
        context.SetDefaultTimeout(Chromium.Patience);
        var watched = new WatchedPage(context, await context.NewPageAsync(), output);
        watched.Watch();
        return watched;
    }

    public ILocator Role(AriaRole role, string name, bool exact = false) => Page.GetByRole(role, new() { Name = name, Exact = exact });

    public Task Go(string place) => Page.GotoAsync($"/{place}");

    /// <summary>Keeps a picture of the whole page and looks for what would stop somebody: names, contrast, what is wider than the screen.</summary>
    public async Task Look(string name)
    {
        await Page.WaitForTimeoutAsync(150);
        await Page.ScreenshotAsync(new() { Path = Path.Combine(_output, $"{name}.png"), FullPage = true });
        foreach (string hurdle in await Page.EvaluateAsync<string[]>(Hurdles.Script))
        {
            _faults.Enqueue($"{name}: {hurdle}");
        }
    }

    public void AssertFlawless() => Assert.True(_faults.IsEmpty, string.Join("\n", _faults.Distinct().Take(40)));

    public ValueTask DisposeAsync() => new(_context.CloseAsync());

    void Watch()
    {
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _faults.Enqueue($"console: {message.Text} ({message.Location})");
            }
        };
        Page.PageError += (_, error) => _faults.Enqueue($"script: {error}");
        Page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Host is not "127.0.0.1")
            {
                _faults.Enqueue($"a request left: {request.Url}");
            }
        };
        Page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _faults.Enqueue($"status {response.Status}: {response.Url}");
            }
        };
        Page.RequestFailed += (_, request) =>
        {
            // A page that is left breaks off what it still asks.
            if (request.Failure != "net::ERR_ABORTED")
            {
                _faults.Enqueue($"failed: {request.Url} {request.Failure}");
            }
        };
    }
}
