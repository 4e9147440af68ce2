using Hone.Jobs;
using Hone.Jobs.Reports;

namespace Hone.Tests.Jobs.Reports;

public sealed class ReportWriterTests : IDisposable
{
    readonly TestFolder _folder = new();

    [Fact]
    public void A_report_tells_the_verdict_and_shows_every_curve()
    {
        string page = Page(SampleRun.Settings(), Learnt);

        Assert.Contains("Training helped: the tuned model answers 90.0 % of 20 prompts right, the base model 25.0 %", page);
        Assert.All(["Training reward", "Validation reward", "Completion length", "Entropy", "Gradient norm"], title => Assert.Contains($"<h3>{title}", page));
        Assert.Contains("It rises from 0.3", page);
        Assert.Contains("From wrong to right <span class=\"soft\">5 of 14</span>", page);
        Assert.Contains("From right to wrong <span class=\"soft\">1 of 1</span>", page);
    }

    [Fact]
    public void A_report_names_no_address_outside_itself()
    {
        string page = Page(SampleRun.Settings(), Learnt);

        Assert.All(["http:", "https:", "src=", "href=", "url(", "@import", "<link"], address => Assert.DoesNotContain(address, page));
    }

    [Fact]
    public void What_models_and_data_say_is_text_and_never_markup()
    {
        const string Hostile = "</pre><script>alert('x')</script><img src=\"http://evil\" onerror=alert(1)>&amp;\u001b[31m\0";
        string page = Page(SampleRun.Settings() with { BaseModel = "/models/" + Hostile.Replace("/", "") }, run =>
        {
            run.Prompts([("p0", Hostile, Hostile, "test")]);
            run.Event(1, "warning", Hostile);
            run.Evaluation(new("base", 0, [SampleRun.Rollout("p0", 0, 0, Hostile), SampleRun.Rollout(Hostile, 0, null, Hostile)], 1));
            run.Evaluation(new("tuned", 3, [SampleRun.Rollout("p0", 0, 1, Hostile)], 1));
            run.Evaluation(new(Hostile, 3, [SampleRun.Rollout("p0", 0, 1, Hostile)], 1));
        });

        Assert.DoesNotContain("<script>alert", page);
        Assert.DoesNotContain("<img", page);
        Assert.DoesNotContain('\0', page);
        Assert.DoesNotContain('\u001b', page);
        Assert.Contains("&lt;/pre&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;", page);
        Assert.Contains("&amp;amp;␛[31m␀", page);
        Assert.Equal(1, page.Split("<script>").Length - 1);
    }

    [Fact]
    public void A_run_that_has_only_begun_has_a_report_without_a_verdict()
    {
        string page = Page(SampleRun.Settings(), _ => { });

        Assert.Contains("Training is going on.", page);
        Assert.Contains("too short to tell", page);
    }

    [Fact]
    public void A_control_run_shows_coin_and_true_score_and_says_that_nothing_should_be_learnt()
    {
        string page = Page(SampleRun.Settings() with { Control = true }, Learnt);

        Assert.Contains("nothing should have been learnt", page);
        Assert.Contains("data-name=\"coin flip\"", page);
        Assert.Contains("data-name=\"true score\"", page);
    }

    [Fact]
    public void A_graded_score_is_no_share_of_right_answers()
    {
        string page = Page(SampleRun.Settings(), run =>
        {
            run.Evaluation(SampleRun.Evaluation("base", 0, 0.25, 0.5, 0.3));
            run.Evaluation(SampleRun.Evaluation("tuned", 3, 0.75, 0.9, 0.8));
        });

        Assert.Contains("scores 0.817 on average over 3 prompts, the base model 0.350", page);
    }

    public void Dispose() => _folder.Dispose();

    static void Learnt(RunFolder run)
    {
        run.Prompts(Enumerable.Range(0, 20).Select(i => ($"p{i}", $"What is {i} + 1?", (string?)$"{i + 1}", "test")));
        run.Evaluation(SampleRun.Evaluation("base", 0, [.. Enumerable.Range(0, 20).Select(i => i < 5 ? 1.0 : (double?)0)]));
        for (int step = 0; step < 40; step++)
        {
            run.Step(SampleRun.Metrics(step, 0.3 + 0.6 * step / 40 + 0.02 * (step % 3)), [SampleRun.Rollout("t0", 0, 1)], []);
            if (step % 10 == 0)
            {
                run.Evaluation(SampleRun.Evaluation("validation", step, 0, 1, step > 10 ? 1 : 0));
            }
        }

        run.Evaluation(SampleRun.Evaluation("tuned", 40, [.. Enumerable.Range(0, 20).Select(i => i is 0 or 9 ? 0.0 : (double?)1)]));
    }

    string Page(JobSettings settings, Action<RunFolder> record)
    {
        string path = _folder.In("run"), report = _folder.In("report.html");
        using var run = RunFolder.Create(path, settings, RunOrigin.Here("hone train job.json"));
        record(run);
        using var reader = RunReader.Open(path);
        ReportWriter.Write(reader, report);
        return File.ReadAllText(report);
    }
}
