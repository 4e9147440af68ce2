using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.EndToEndTests.Support;
using Hone.Server.Tests.Dashboard;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hone.EndToEndTests.Dashboard;

/// <summary>The true service in a true browser: from the first key to a verdict, with the model and the data that come with Hone.</summary>
public sealed class DashboardStoryTests
{
    const int Steps = 60;
    const float EngineStarts = 120_000;

    static readonly string _pictures = Directory.CreateDirectory(Path.Combine(SmallJob.Root(), "artifacts", "dashboard", "service")).FullName;

    [ChromiumFact]
    public async Task Somebody_makes_a_job_watches_it_learn_and_reads_what_came_of_it()
    {
        using var folder = new TemporaryFolder();
        using var server = HoneServer.StartWithKeys(folder["data"]);
        await using var chromium = await Chromium.Start();
        await using var tab = await chromium.Open(server.Client.BaseAddress!, null, _pictures);

        await SignIn(tab, server.Key!);
        string first = await CreateWithTheWizard(tab, folder);
        string second = await CreateAnother(server, first);
        await WatchItLearn(tab, first);
        await ReadRollouts(tab, first);
        await ReadTheVerdict(tab, first);
        await TryAGrader(tab);
        await TalkToBoth(tab, first);
        await WaitForTheEnd(tab, second);
        await Compare(tab);
        tab.AssertFlawless();

        await LookAround(chromium, server, "light", ColorScheme.Light, 1280, first, second, ["events", "settings", "models"]);
        await LookAround(chromium, server, "dark", ColorScheme.Dark, 1280, first, second);
        await LookAround(chromium, server, "phone", ColorScheme.Light, 360, first, second);
    }

    static async Task SignIn(WatchedPage tab, string key)
    {
        await tab.Go("");
        await tab.Page.GetByLabel("Key", new() { Exact = true }).FillAsync(key);
        await tab.Role(AriaRole.Button, "Open", exact: true).ClickAsync();
        await Expect(tab.Page.GetByText("No jobs yet")).ToBeVisibleAsync();
        await tab.Look("01-no-jobs");
    }

    static async Task<string> CreateWithTheWizard(WatchedPage tab, TemporaryFolder folder)
    {
        await tab.Role(AriaRole.Link, "Create the first job").ClickAsync();
        await tab.Page.GetByLabel("Name of the job").FillAsync("sums");
        await Expect(tab.Page.GetByLabel("arithmetic", new() { Exact = true })).ToBeCheckedAsync();
        await tab.Look("02-wizard-model");
        await tab.Role(AriaRole.Button, "On to data").ClickAsync();
        await tab.Page.GetByLabel("Training data").SetInputFilesAsync(SmallJob.Lines(folder, "train.jsonl", 120));
        await Expect(tab.Page.GetByText("train.jsonl is there.")).ToBeVisibleAsync();
        await tab.Page.GetByLabel("Test data").SetInputFilesAsync(SmallJob.Lines(folder, "test.jsonl", 40));
        await Expect(tab.Page.GetByText("test.jsonl is there.")).ToBeVisibleAsync();
        await tab.Look("03-wizard-data");
        await tab.Role(AriaRole.Button, "On to reward").ClickAsync();
        await tab.Role(AriaRole.Button, "Grade this answer").ClickAsync();
        await Expect(tab.Page.Locator(".grade .chip.right")).ToBeVisibleAsync();
        await tab.Look("04-wizard-reward");
        await tab.Role(AriaRole.Button, "On to settings").ClickAsync();
        await Set(tab, ("Prompts per step", "8"), ("Answers per prompt", "4"), ("Longest answer", "48"), ("Learning rate", "0.001"),
            ("Passes over the data", "5"), ("Most steps", $"{Steps}"), ("Steps between evaluations", "20"));
        await tab.Look("05-wizard-settings");
        await tab.Role(AriaRole.Button, "On to check and start").ClickAsync();
        var start = tab.Role(AriaRole.Button, "Start training", exact: true);
        await Expect(start).ToBeEnabledAsync(new() { Timeout = EngineStarts });
        await tab.Look("06-wizard-check");
        await start.ClickAsync();
        await Expect(tab.Role(AriaRole.Heading, "sums", exact: true)).ToBeVisibleAsync();
        return Regex.Match(tab.Page.Url, "ftjob-[^/?]+").Value;
    }

    static async Task Set(WatchedPage tab, params (string Label, string Value)[] settings)
    {
        foreach (var (label, value) in settings)
        {
            await tab.Page.GetByLabel(label).FillAsync(value);
        }
    }

    /// <summary>The same job in short, with another rate, so that there are two runs to compare.</summary>
    static async Task<string> CreateAnother(HoneServer server, string like)
    {
        var job = await server.Job(like);
        var answer = await server.Client.PostAsJsonAsync("/hone/v1/jobs", new JsonObject
        {
            ["name"] = "sums-slower",
            ["model"] = "arithmetic",
            ["trainingFile"] = job["training_file"]!.GetValue<string>(),
            ["settings"] = JsonNode.Parse(
                """
                {
                  "grader": { "kind": "finalNumber" },
                  "hyperParameters": { "batchSize": 8, "trainingSamplePerPrompt": 4, "inferenceMaxTokens": 48, "learningRate": 1e-4, "maxSteps": 12, "evalInterval": 4 }
                }
                """),
        });
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!["id"]!.GetValue<string>();
    }

    static async Task WatchItLearn(WatchedPage tab, string job)
    {
        var reward = tab.Role(AriaRole.Slider, "Training reward, by step");
        await Expect(reward).ToHaveAttributeAsync("aria-valuemax", new Regex("[1-9]"), new() { Timeout = EngineStarts });
        await Expect(tab.Page.Locator(".pill.running")).ToBeVisibleAsync();
        string seen = (await reward.GetAttributeAsync("aria-valuemax"))!;
        await Expect(reward).Not.ToHaveAttributeAsync("aria-valuemax", seen);
        await tab.Look("07-live");
        await Expect(tab.Page.Locator(".pill.completed")).ToBeVisibleAsync(new() { Timeout = EngineStarts });
        await Expect(reward).ToHaveAttributeAsync("aria-valuemax", $"{Steps}");
        Assert.EndsWith(job, tab.Page.Url, StringComparison.Ordinal);
        await Expect(tab.Page.Locator(".card")).ToHaveCountAsync(9);
        foreach (var card in await tab.Page.Locator(".card").AllAsync())
        {
            await Expect(card.Locator(".finding")).Not.ToBeEmptyAsync();
        }

        await reward.FocusAsync();
        await tab.Page.Keyboard.PressAsync("Home");
        await tab.Page.Keyboard.PressAsync("+");
        await Expect(tab.Role(AriaRole.Slider, "Where the time goes, by step")).Not.ToHaveAttributeAsync("aria-valuemax", $"{Steps}");
        await tab.Page.Keyboard.PressAsync("0");
        await tab.Look("08-curves");
    }

    static async Task ReadRollouts(WatchedPage tab, string job)
    {
        await tab.Role(AriaRole.Link, "Rollouts", exact: true).ClickAsync();
        await tab.Page.GetByLabel("Phase").SelectOptionAsync("training");
        await tab.Page.GetByLabel("Reward, from").FillAsync("1");
        await tab.Page.GetByLabel("Step, to").FillAsync("3");
        await tab.Page.GetByLabel("Search").FillAsync("####");
        await Expect(tab.Page).ToHaveURLAsync(new Regex("search=.*leastReward=1"));
        await Expect(tab.Page.Locator(".rollout .chip:not(.right)")).ToHaveCountAsync(0);
        await Expect(tab.Page.Locator(".rollout").First).ToContainTextAsync("####");
        await tab.Page.Locator(".rollout").First.ClickAsync();
        var tokens = tab.Role(AriaRole.Slider, "Tokens of the answer");
        await tokens.FocusAsync();
        await tab.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(tokens).ToHaveAttributeAsync("aria-valuetext", new Regex("token 1 of .*log-probability"));
        await Expect(tokens.Locator(".token").First).ToBeVisibleAsync();
        await tab.Look("09-rollouts");
        await tab.Go($"#/jobs/{job}/rollouts?phase=validation");
        await tab.Page.Locator(".rollout").First.ClickAsync();
        await tab.Role(AriaRole.Link, "This prompt through all steps").ClickAsync();
        await Expect(tab.Page.Locator(".column").Nth(1)).ToBeVisibleAsync();
        await tab.Look("10-prompt");
    }

    static async Task ReadTheVerdict(WatchedPage tab, string job)
    {
        await tab.Go($"#/jobs/{job}/evaluation");
        await Expect(tab.Page.GetByLabel("Verdict")).ToContainTextAsync("95 %");
        await Expect(tab.Page.Locator(".intervals .whisker")).ToHaveCountAsync(2);
        foreach (string outcome in (string[])["Gained", "Lost", "Unchanged"])
        {
            await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^" + outcome) }).ClickAsync();
            await Expect(tab.Page.Locator(".example").First.Or(tab.Page.GetByText("No answer became")).First).ToBeVisibleAsync();
        }

        await tab.Look("11-evaluation");
    }

    static async Task TryAGrader(WatchedPage tab)
    {
        await tab.Role(AriaRole.Link, "Graders", exact: true).ClickAsync();
        await tab.Page.GetByLabel("Kind of reward").SelectOptionAsync("weighted");
        await tab.Page.GetByLabel("Answer to grade").FillAsync("It is 5.");
        await tab.Role(AriaRole.Button, "Grade this answer").ClickAsync();
        await Expect(tab.Page.Locator(".grade .chip.wrong")).ToBeVisibleAsync();
        await tab.Page.GetByLabel("Answer to grade").FillAsync("It is 4.");
        await tab.Role(AriaRole.Button, "Grade this answer").ClickAsync();
        await Expect(tab.Page.Locator(".grade .chip.part")).ToHaveTextAsync("0.80");
        await tab.Look("12-graders");
    }

    static async Task TalkToBoth(WatchedPage tab, string job)
    {
        await tab.Go($"#/jobs/{job}");
        await tab.Role(AriaRole.Link, "Try it beside the base model").ClickAsync();
        await tab.Page.GetByLabel("Message", new() { Exact = true }).FillAsync("Tom has 17 apples and buys 25 more. How many apples does he have?");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.GetByText("tokens, the first after")).ToHaveCountAsync(2, new() { Timeout = EngineStarts });
        foreach (string side in (string[])["Left", "Right"])
        {
            await Expect(tab.Page.GetByLabel($"Conversation with {side}").Locator(".assistant")).ToContainTextAsync(new Regex("[0-9]"));
        }

        await tab.Look("13-playground");
    }

    static async Task WaitForTheEnd(WatchedPage tab, string job)
    {
        await tab.Go($"#/jobs/{job}");
        await Expect(tab.Page.Locator(".pill.completed")).ToBeVisibleAsync(new() { Timeout = EngineStarts });
    }

    static async Task Compare(WatchedPage tab)
    {
        await tab.Role(AriaRole.Link, "Jobs", exact: true).ClickAsync();
        await tab.Page.GetByLabel("Compare sums", new() { Exact = true }).CheckAsync();
        await tab.Page.GetByLabel("Compare sums-slower").CheckAsync();
        await tab.Role(AriaRole.Link, "Compare 2 runs").ClickAsync();
        await Expect(tab.Page.GetByText("hyperParameters.learningRate")).ToBeVisibleAsync();
        await tab.Look("14-compare");
    }

    static async Task LookAround(Chromium chromium, HoneServer server, string name, ColorScheme colors, int width, string first, string second, string[]? only = null)
    {
        await using var tab = await chromium.Open(server.Client.BaseAddress!, server.Key, _pictures, colors, width);
        (string Name, string Place, string Shown)[] pages =
        [
            ("jobs", "", "sums-slower"),
            ("job", $"#/jobs/{first}", "Where the time goes"),
            ("rollouts", $"#/jobs/{first}/rollouts?phase=base&open=1", "Mean log-probability"),
            ("evaluation", $"#/jobs/{first}/evaluation", "Read what changed"),
            ("events", $"#/jobs/{first}/events", "Checkpoints"),
            ("settings", $"#/jobs/{first}/settings", "hyperParameters.batchSize"),
            ("compare", $"#/compare?job={first}&job={second}", "Settings that differ"),
            ("playground", "#/playground", "Its answers appear here."),
            ("graders", "#/graders", "Grade this answer"),
            ("models", "#/models", "Deployments"),
            ("create", "#/create", "Name of the job"),
        ];
        foreach (var (page, place, shown) in pages.Where(page => only?.Contains(page.Name) ?? true))
        {
            await tab.Go(place);
            await Expect(tab.Page.GetByText(shown).First).ToBeVisibleAsync();
            await tab.Look($"{name}-{page}");
        }

        tab.AssertFlawless();
    }
}
