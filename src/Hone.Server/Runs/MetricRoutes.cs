using Hone.Jobs.Diagnosis;
using Hone.Training.Statistics;

namespace Hone.Server.Runs;

/// <summary>The numbers of a run, step by step, and what they mean.</summary>
static class MetricRoutes
{
    const int MostBins = 100;

    public static async Task Metrics(Exchange exchange)
    {
        int from = exchange.Query.Whole("from", 0, int.MaxValue) ?? 0;
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        await exchange.Answer(new { Columns = MetricColumns.Of(run.Metrics(from)), Evaluations = MetricColumns.Evaluations(run) });
    }

    public static async Task Curves(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        await exchange.Answer(new { Data = CurveReading.Of(run).Select(View) });
    }

    public static async Task Distribution(Exchange exchange)
    {
        int bins = exchange.Query.Whole("bins", 1, MostBins) ?? 20;
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        var histogram = run.Histogram(bins);
        await exchange.Answer(new
        {
            histogram.Least,
            histogram.Most,
            Bins = bins,
            Steps = histogram.Steps.Select(step => step.Step),
            Counts = histogram.Steps.Select(step => step.Counts),
        });
    }

    public static object View(CurveReading curve) => new
    {
        curve.Key,
        curve.Title,
        curve.Unit,
        curve.Expected,
        curve.State,
        curve.Sentence,
        curve.IsShare,
        Healthy = curve.Healthy is { } range ? View(range) : null,
    };

    public static object View(Interval interval) => new { interval.Low, interval.High };
}
