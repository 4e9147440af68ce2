using Hone.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hone.Cli.Views;

/// <summary>The panel that a person watches: progress, reward and validation reward, speed, and what the model just wrote.</summary>
sealed class LiveRunView(int terminalWidth) : IRunObserver
{
    // Free columns on the right: what a terminal echoes for Ctrl-C must not move the cursor to another line.
    const int Echo = 5;

    // Borders, names and the number behind a bar take 29 columns at most, so that no row needs a second line.
    const int Margin = Echo + 29, WidestBar = 48, WidestAnswer = 100;

    readonly List<double> _rewards = [];
    readonly List<double> _validation = [];
    readonly System.Diagnostics.Stopwatch _sinceDrawn = System.Diagnostics.Stopwatch.StartNew();
    readonly System.Diagnostics.Stopwatch _sinceStart = System.Diagnostics.Stopwatch.StartNew();
    string _phase = "getting ready";
    int _done;
    int _total;
    int _totalSteps;
    double? _base;
    StepMetrics? _step;
    Rollout? _answer;
    volatile string? _warning;
    bool _stopping;

    public Action Changed { get; set; } = () => { };

    /// <summary>Ctrl-C was pressed.</summary>
    public void Stop() => _stopping = true;

    public void Phase(string name, int step)
    {
        (_phase, _done, _total) = (name, 0, 0);
        Redraw(always: false);
    }

    public void Progress(int done, int total)
    {
        (_done, _total) = (done, total);
        Redraw(always: false);
    }

    public void StepDone(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, int totalSteps)
    {
        (_step, _totalSteps) = (metrics, totalSteps);
        _rewards.Add(metrics.RewardMean);
        _answer = rollouts[metrics.Step % rollouts.Count];
        Redraw(always: false);
    }

    public void EvaluationDone(Evaluation evaluation)
    {
        if (evaluation.Name == "validation")
        {
            _validation.Add(evaluation.RewardMean);
        }
        else if (evaluation.Name == "base")
        {
            _base = evaluation.RewardMean;
        }

        Redraw(always: true);
    }

    // Drawn with the next picture: the call may come from another thread.
    public void Warned(string sentence) => _warning = sentence;

    public IRenderable Draw()
    {
        var table = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        table.AddRow("[grey]phase[/]", Markup.Escape(PhaseText()));
        if (_base is { } start)
        {
            table.AddRow("[grey]base[/]", $"{100 * start:F1} % of the held-out problems right");
        }

        if (_step is { } step)
        {
            table.AddRow("[grey]steps[/]", $"{Bar((double)(step.Step + 1) / _totalSteps)} {step.Step + 1}/{_totalSteps}");
            table.AddRow("[grey]reward[/]", $"[green]{Sparkline.Of(_rewards, BarWidth, 0, 1)}[/] {step.RewardMean:F2}");
        }

        if (_validation.Count > 0)
        {
            table.AddRow("[grey]validation[/]", $"[blue]{Sparkline.Of(_validation, BarWidth, 0, 1)}[/] {_validation[^1]:F2}");
        }

        if (_step is { } metrics)
        {
            table.AddRow("[grey]speed[/]", $"{metrics.SampledTokensPerSecond:N0} tok/s sampled, {metrics.TrainedTokensPerSecond:N0} trained; "
                + $"entropy {metrics.Entropy:F2}, length {metrics.LengthMean:F0}");
        }

        if (_step is { } last && StepRemarks.All(last).ToArray() is { Length: > 0 } remarks)
        {
            table.AddRow("[grey]remarks[/]", Markup.Escape(string.Join("; ", remarks)));
        }

        if (_answer is { } answer)
        {
            string mark = answer.Reward is > 0 ? "[green]right[/]" : "[red]wrong[/]";
            table.AddRow("[grey]just wrote[/]", $"{Markup.Escape(Shorten(answer.Text))}  {mark}");
        }

        if (_warning is { } warning)
        {
            table.AddRow("[red]warning[/]", Markup.Escape(Visible.OnOneLine(warning)));
        }

        if (_stopping)
        {
            table.AddRow("", $"[yellow]{Interrupt.Notice}[/]");
        }

        return new Panel(table) { Width = Math.Max(Margin, terminalWidth - Echo) }
            .Header($"hone · {_sinceStart.Elapsed.TotalSeconds:F0} s").Border(BoxBorder.Rounded);
    }

    int BarWidth => Math.Clamp(terminalWidth - Margin, 1, WidestBar);

    string PhaseText() => _total > 0 ? $"{_phase} {_done}/{_total}" : _phase;

    string Bar(double share)
    {
        int full = (int)Math.Round(share * BarWidth);
        return $"[yellow]{new string('━', full)}[/][grey]{new string('─', BarWidth - full)}[/]";
    }

    string Shorten(string text)
    {
        text = Visible.OnOneLine(text);
        int most = Math.Clamp(terminalWidth - Margin, 1, WidestAnswer);
        return text.Length <= most ? text : text[..(most - 1)] + "…";
    }

    // Drawing costs milliseconds, so the panel follows at ten pictures a second.
    void Redraw(bool always)
    {
        if (always || _sinceDrawn.Elapsed.TotalMilliseconds > 100)
        {
            _sinceDrawn.Restart();
            Changed();
        }
    }
}
