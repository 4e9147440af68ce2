using System.Security.Cryptography;
using System.Text;

namespace Hone.Jobs.Reports;

/// <summary>Writes a run as one self-contained page that is readable offline and without script.</summary>
public static class ReportWriter
{
    /// <summary>Writes the report of <paramref name="run"/>, which may still be going on, to <paramref name="path"/>.</summary>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static void Write(RunReader run, string path)
    {
        string page = Page(run);
        path = Path.GetFullPath(path);
        RunFault.Guard(path, () => DurableFolder.WriteFile(path, page));
    }

    /// <summary>Writes report.html into the run's own folder.</summary>
    /// <exception cref="RunException">The file cannot be written.</exception>
    internal static void Write(RunFolder run)
    {
        using var reader = RunReader.Open(run.Path);
        Write(reader, Path.Combine(run.Path, "report.html"));
    }

    internal static string Page(RunReader run)
    {
        string name = run.Settings.Name;
        var (baseline, tuned) = (run.LastEvaluation("base"), run.LastEvaluation("tuned"));
        var verdict = baseline is not null && tuned is not null ? Verdict.Of(baseline, tuned) : null;
        return Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{ScriptHash}'">
            <title>{name} · Hone</title>
            <style>{new Html(ReportStyle.Css)}</style>
            </head>
            <body>
            <main>
            {VerdictSection.Write(run, verdict)}
            {CurvesSection.Write(run)}
            {(run.Settings.Method == TrainingMethod.Supervised ? Html.Empty : ComparisonSection.Write(run, baseline, tuned, verdict))}
            {ExamplesSection.Write(run, baseline, tuned)}
            {(run.Settings.Method == TrainingMethod.Supervised ? SupervisedSection.Steps(run) : Html.Join([RecordSection.Steps(run), RecordSection.Faults(run)]))}
            {RecordSection.Settings(run)}
            {RecordSection.Origin(run)}
            </main>
            <script>{new Html(ReportStyle.Script)}</script>
            </body>
            </html>

            """).Text;
    }

    static Html ScriptHash => new(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ReportStyle.Script))));
}
