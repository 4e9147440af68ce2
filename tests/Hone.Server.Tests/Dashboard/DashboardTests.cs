using Hone.Server.Queue;
using Hone.Server.Tests.Dashboard.Stage;
using Microsoft.Playwright;

namespace Hone.Server.Tests.Dashboard;

[Collection("browser")]
public sealed class DashboardTests(Browser browser)
{
    const string Job = $"#/jobs/ftjob-{StagedServer.Done}";

    [ChromiumFact]
    public async Task A_page_without_a_key_asks_for_one_and_opens_with_it()
    {
        await using var tab = await browser.Open(withKey: false);
        await tab.Go("");
        await tab.Page.GetByLabel("Key", new() { Exact = true }).FillAsync(browser.Stage.Key);
        await tab.Look("key");
        await tab.Role(AriaRole.Button, "Open", exact: true).ClickAsync();

        await Assertions.Expect(tab.Role(AriaRole.Link, "sums", exact: true)).ToBeVisibleAsync();
        Assert.DoesNotContain(browser.Stage.Key, tab.Page.Url, StringComparison.Ordinal);
        tab.AssertFlawless();
    }

    [ChromiumFact]
    public async Task Curves_grow_while_a_job_runs()
    {
        await using var tab = await browser.Open();
        var (folder, record) = browser.Stage.Grow();
        using (folder)
        {
            await tab.Go($"#/jobs/ftjob-{StagedServer.Growing}");
            await Assertions.Expect(tab.Page.GetByText("The first step is on its way")).ToBeVisibleAsync();
            await tab.Look("live-waiting");
            Enumerable.Range(0, 15).ToList().ForEach(record);
            var reward = tab.Role(AriaRole.Slider, "Training reward, by step");
            await Assertions.Expect(reward).ToHaveAttributeAsync("aria-valuemax", "14");
            Enumerable.Range(15, 15).ToList().ForEach(record);
            await Assertions.Expect(reward).ToHaveAttributeAsync("aria-valuemax", "29");
            await Assertions.Expect(tab.Page.GetByText("It rises from")).ToHaveCountAsync(2);
            await Assertions.Expect(tab.Page.GetByText("Step 30 of 40 is done.")).ToBeVisibleAsync();
            await tab.Look("live");
            browser.Stage.Jobs.Move(StagedServer.Growing, JobStatus.Completed, 30);
            await Assertions.Expect(tab.Page.Locator(".pill.completed")).ToBeVisibleAsync();
        }

        tab.AssertFlawless();
    }

    [ChromiumFact]
    public async Task A_supervised_job_shows_its_loss_and_that_on_held_out_records()
    {
        browser.Stage.Imitate();
        await using var tab = await browser.Open();
        await tab.Go($"#/jobs/ftjob-{StagedServer.Imitating}");

        await Assertions.Expect(tab.Role(AriaRole.Slider, "Loss, by step", exact: true)).ToHaveAttributeAsync("aria-valuemax", "12");
        await Assertions.Expect(tab.Role(AriaRole.Slider, "Validation loss, by step", exact: true)).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByText("It falls from")).ToHaveCountAsync(2);
        await Assertions.Expect(tab.Page.GetByText("Best validation loss")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Role(AriaRole.Link, "Rollouts")).ToHaveCountAsync(0);
        await tab.Look("supervised");
        tab.AssertFlawless();
    }

    [ChromiumFact]
    public async Task A_plot_is_read_and_zoomed_with_keys_and_all_plots_follow()
    {
        await using var tab = await browser.Open();
        await tab.Go(Job);
        var reward = tab.Role(AriaRole.Slider, "Training reward, by step");
        await reward.FocusAsync();
        await tab.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(reward).ToHaveAttributeAsync("aria-valuenow", "0");
        await tab.Page.Keyboard.PressAsync("ArrowRight");

        await Assertions.Expect(tab.Role(AriaRole.Slider, "Entropy, by step")).ToHaveAttributeAsync("aria-valuetext", new System.Text.RegularExpressions.Regex("^step 1: training 0\\.7.* nats"));
        await tab.Page.Keyboard.PressAsync("+");
        await Assertions.Expect(tab.Role(AriaRole.Slider, "Gradient norm, by step")).Not.ToHaveAttributeAsync("aria-valuemax", $"{StagedServer.Steps - 1}");
        await tab.Page.Keyboard.PressAsync("0");
        await Assertions.Expect(reward).ToHaveAttributeAsync("aria-valuemax", $"{StagedServer.Steps - 1}");
        tab.AssertFlawless();
    }

    [ChromiumFact]
    public async Task A_plot_that_is_dragged_across_shows_those_steps()
    {
        await using var tab = await browser.Open();
        await tab.Go(Job);
        var reward = tab.Role(AriaRole.Slider, "Training reward, by step");
        await reward.ScrollIntoViewIfNeededAsync();
        var box = (await reward.BoundingBoxAsync())!;
        await tab.Page.Mouse.MoveAsync(box.X + 0.4f * box.Width, box.Y + 50);
        await tab.Page.Mouse.DownAsync();
        await tab.Page.Mouse.MoveAsync(box.X + 0.6f * box.Width, box.Y + 50);
        await tab.Page.Mouse.UpAsync();

        var entropy = tab.Role(AriaRole.Slider, "Entropy, by step");
        await Assertions.Expect(entropy).Not.ToHaveAttributeAsync("aria-valuemin", "0");
        await tab.Look("zoomed");
        await tab.Role(AriaRole.Button, "Show all steps of Entropy").ClickAsync();
        await Assertions.Expect(entropy).ToHaveAttributeAsync("aria-valuemin", "0");
        tab.AssertFlawless();
    }

    [ChromiumFact]
    public async Task Rollouts_are_searched_filtered_and_read_token_by_token()
    {
        await using var tab = await browser.Open();
        await tab.Go($"{Job}/rollouts");
        await Assertions.Expect(tab.Page.Locator(".rollout")).ToHaveCountAsync(40);
        await tab.Page.GetByLabel("Phase").SelectOptionAsync("training");
        await tab.Page.GetByLabel("Reward, from").FillAsync("1");
        await tab.Page.GetByLabel("Step, to").FillAsync("3");
        await tab.Page.GetByLabel("Search").FillAsync("is right");
        await Assertions.Expect(tab.Page.Locator(".chip.wrong")).ToHaveCountAsync(0);
        await Assertions.Expect(tab.Page.Locator(".rollout").First).ToContainTextAsync("step 3");
        await tab.Page.Locator(".rollout").First.ClickAsync();
        var tokens = tab.Role(AriaRole.Slider, "Tokens of the answer");
        await tokens.FocusAsync();
        await tab.Page.Keyboard.PressAsync("ArrowRight");
        await tab.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(tokens).ToHaveAttributeAsync("aria-valuetext", new System.Text.RegularExpressions.Regex("token 2 of .*log-probability −"));
        Assert.Contains("leastReward=1", tab.Page.Url, StringComparison.Ordinal);
        await tab.Look("rollouts");

        await tab.Role(AriaRole.Link, "This prompt through all steps").ClickAsync();
        await Assertions.Expect(tab.Page.Locator(".column ins").First).ToBeVisibleAsync();
        await tab.Page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("all");
        await Assertions.Expect(tab.Page.Locator(".column").First.Locator("pre")).ToHaveCountAsync(RecordedRun.Answers);
        await tab.Look("prompt");
        tab.AssertFlawless();
    }

    [ChromiumFact]
    public async Task Two_models_answer_side_by_side()
    {
        await using var tab = await browser.Open();
        await tab.Go("#/playground");
        await tab.Page.GetByLabel("Message", new() { Exact = true }).FillAsync("What is 17 + 25?");
        await tab.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(tab.Page.GetByLabel("Conversation with Right")).ToContainTextAsync("#### 42");
        await Assertions.Expect(tab.Page.GetByLabel("Conversation with Left")).ToContainTextAsync("#### 45");
        await Assertions.Expect(tab.Page.GetByText("5 tokens, the first after")).ToHaveCountAsync(2);
        await tab.Look("playground");
        tab.AssertFlawless();
    }

    [ChromiumFact]
    public async Task The_wizard_leads_from_a_model_to_a_job_in_the_queue()
    {
        string data = Path.Combine(browser.Stage.Server.Folder, "sums.jsonl");
        await File.WriteAllLinesAsync(data, Enumerable.Range(0, 150).Select(i =>
            $$"""{"messages":[{"role":"user","content":"What is {{i + 7}} + {{3 * i + 5}}?"}],"reference_answer":"{{i + 7}} + {{3 * i + 5}} = {{4 * i + 12}} #### {{4 * i + 12}}"}"""));
        await using var tab = await browser.Open();
        await tab.Go("#/create");
        await tab.Page.GetByLabel("Name of the job").FillAsync("first-sums");
        await tab.Look("wizard-1-model");
        await tab.Role(AriaRole.Button, "On to data").ClickAsync();
        await tab.Page.GetByLabel("Training data").SetInputFilesAsync(data);
        await Assertions.Expect(tab.Page.GetByText("Different prompts")).ToBeVisibleAsync();
        await tab.Look("wizard-2-data");
        await tab.Role(AriaRole.Button, "On to reward").ClickAsync();
        await tab.Role(AriaRole.Button, "Grade this answer").ClickAsync();
        await Assertions.Expect(tab.Page.Locator(".grade .chip.right")).ToBeVisibleAsync();
        await tab.Look("wizard-3-reward");
        await tab.Role(AriaRole.Button, "On to settings").ClickAsync();
        await tab.Page.GetByLabel("Longest answer").FillAsync("48");
        await tab.Look("wizard-4-settings");
        await tab.Role(AriaRole.Button, "On to check and start").ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("Ready to train").Or(tab.Page.GetByText("Not ready"))).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByText("150 prompts to train on").Or(tab.Page.GetByText("135 prompts to train on"))).ToBeVisibleAsync();
        await tab.Look("wizard-5-check");
        await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Start") }).ClickAsync();

        await Assertions.Expect(tab.Role(AriaRole.Heading, "first-sums")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByText("Waiting in the queue")).ToBeVisibleAsync();
        var job = Assert.Single(browser.Stage.Jobs.All, job => job.Name == "first-sums");
        Assert.Equal(48, (int)job.Settings["hyperParameters"]!["inferenceMaxTokens"]!);
        tab.AssertFlawless();
    }

    [ChromiumFact]
    public Task Every_page_is_flawless_in_light() => LookAround("light", ColorScheme.Light, 1280);

    [ChromiumFact]
    public Task Every_page_is_flawless_in_dark() => LookAround("dark", ColorScheme.Dark, 1280);

    [ChromiumFact]
    public Task Every_page_is_flawless_on_a_phone() => LookAround("phone", ColorScheme.Light, 360);

    async Task LookAround(string name, ColorScheme colors, int width)
    {
        await using var tab = await browser.Open(colors, width);
        (string Name, string Place, string Shown)[] pages =
        [
            ("jobs", "", "poems"),
            ("job", Job, "Where the time goes"),
            ("rollouts", $"{Job}/rollouts?phase=training&open=200", "Mean log-probability"),
            ("prompt", $"{Job}/prompt/train-003", "Mark what differs from"),
            ("evaluation", $"{Job}/evaluation", "Read what changed"),
            ("events", $"{Job}/events", "Training began."),
            ("settings", $"{Job}/settings", "hyperParameters.batchSize"),
            ("compare", $"#/compare?job=ftjob-{StagedServer.Done}&job=ftjob-{StagedServer.Other}", "Settings that differ"),
            ("playground", "#/playground", "Its answers appear here."),
            ("graders", "#/graders", "Grade this answer"),
            ("models", "#/models", "Deployments"),
            ("create", "#/create", "Name of the job"),
            ("queued", $"#/jobs/ftjob-{StagedServer.Waiting}", "Waiting in the queue"),
            ("failed", $"#/jobs/ftjob-{StagedServer.Failed}", "The grader failed on 31 %"),
        ];
        foreach (var (page, place, shown) in pages)
        {
            await tab.Go(place);
            await Assertions.Expect(tab.Page.GetByText(shown).First).ToBeVisibleAsync();
            await tab.Look($"{name}-{page}");
        }

        tab.AssertFlawless();
    }
}
