namespace Hone.Jobs.Reports;

/// <summary>The curves of a run, each with what it should look like and whether it does.</summary>
static class CurvesSection
{
    public static Html Write(RunReader run) => Html.Of($"""
        <section id="curves">
        <h2>How training went</h2>
        <p class="lead">Horizontal axes are steps. Thin lines are single steps, thick ones a running mean; circles are evaluations on the validation prompts, on which nothing is trained.</p>
        <div class="cards">
        {Curve.Of(run).Select(Card)}
        </div>
        </section>
        """);

    static Html Card(Curve curve) => Html.Of($"""
        <article class="card">
        <header><h3>{curve.Title}{(curve.Unit.Length == 0 ? Html.Empty : Html.Of($""" <span class="soft">{curve.Unit}</span>"""))}</h3><span class="state {curve.Finding.State.ToString()}">{Words(curve.Finding.State)}</span></header>
        {CurveSvg.Draw(curve)}
        {Legend(curve)}
        <p class="finding">{curve.Finding.Sentence}</p>
        <p class="expected">{curve.Expected}</p>
        </article>
        """);

    static Html Legend(Curve curve)
    {
        var lines = curve.Lines.Where(line => line.Points.Count > 0).ToList();
        return lines.Count < 2 ? Html.Empty : Html.Of($"""
            <p class="legend">{lines.Select((line, index) => Html.Of($"""<span class="{(line.IsMarked ? "marked" : index == 0 ? "first" : "second")}"><i></i>{line.Name}</span>"""))}</p>
            """);
    }

    static string Words(CurveState state) => state switch
    {
        CurveState.AsExpected => "✓ as it should",
        CurveState.LookHere => "! look here",
        _ => "too short to tell",
    };
}
