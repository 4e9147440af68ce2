using System.Text.RegularExpressions;
using Hone.Grading.Json;
using Hone.Grading.Json.Schema;

namespace Hone.Grading.ToolCalls;

/// <summary>score = Σ over expected calls of what each got / the larger of the numbers of expected and given calls.</summary>
/// <remarks>
/// <para>When to use it: tasks whose answer is to call the right tools with the right arguments. A call gets 1 where name and arguments agree,
/// <c>nameScore</c> where only the name does, else 0. Calls too many lower the score, so calling everything does not pay. In order, the
/// first expected is held against the first given; else each expected call takes the given one that makes the sum largest.</para>
/// <para>The reference answer is a call, a list of calls (arguments as object or as JSON text), or <c>[]</c> for an answer that calls nothing.
/// Metrics: <c>calls</c>, how many were given; <c>names</c>, the share of expected names that were called.</para>
/// </remarks>
public sealed class ToolCallGrader(
    ToolCallFormat format = ToolCallFormat.Any, ArgumentMatch arguments = ArgumentMatch.Exact, bool ordered = false, double nameScore = 0) : IGrader
{
    internal static ToolCallGrader Read(GraderForm form)
    {
        var format = ToolCallReader.ReadFormat(form);
        string arguments = form.Choice(
            "arguments",
            "exact",
            ("exact", ""),
            ("subset", "all of the reference's, others too"),
            ("schema", "they fit the tool's parameters in the record's tools"),
            ("ignore", "the name alone counts"));
        return new(format, Enum.Parse<ArgumentMatch>(arguments, ignoreCase: true), form.Flag("ordered"), form.Number("nameScore", 0, 1) ?? 0);
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(GradeOne)]);

    Grade GradeOne(GradingItem item)
    {
        var compare = new ToolArguments(arguments, item);
        if (Expected(item, out string problem) is not { } expected)
        {
            return item.Failed("reference", problem);
        }

        if (compare.Problem(expected) is { } unjudged)
        {
            return item.Failed("reference", unjudged);
        }

        if (ToolCallReader.Read(item.Completion, format, out problem) is not { } given)
        {
            return item.Scored(0, problem, new Metric("calls", 0, MetricType.Metric), new Metric("names", 0, MetricType.Metric));
        }

        try
        {
            return Score(item, expected, given, compare);
        }
        catch (Exception e) when (e is SchemaLimitException or RegexMatchTimeoutException)
        {
            return item.Failed("schema", $"the parameters' schema could not be checked within its bounds: {e.Message}");
        }
    }

    Grade Score(GradingItem item, IReadOnlyList<ToolCall> expected, IReadOnlyList<ToolCall> given, ToolArguments compare)
    {
        double[,] worth = new double[expected.Count, given.Count];
        for (int e = 0; e < expected.Count; e++)
        {
            for (int g = 0; g < given.Count; g++)
            {
                worth[e, g] = expected[e].Name != given[g].Name ? 0 : compare.Agree(expected[e], given[g]) ? 1 : nameScore;
            }
        }

        double sum = ordered ? Enumerable.Range(0, Math.Min(expected.Count, given.Count)).Sum(i => worth[i, i]) : Assignment.Best(worth);
        int larger = Math.Max(expected.Count, given.Count);
        double score = larger == 0 ? 1 : sum / larger;
        int called = expected.Count(call => given.Any(other => other.Name == call.Name));
        return item.Scored(
            score,
            Explain(expected, given, score),
            new Metric("calls", given.Count, MetricType.Metric),
            new Metric("names", expected.Count == 0 ? 1 : called / (double)expected.Count, MetricType.Metric));
    }

    static IReadOnlyList<ToolCall>? Expected(GradingItem item, out string problem)
    {
        if (ReferenceJson.Of(item, out problem) is not { } json)
        {
            return null;
        }

        problem = "the reference answer is no tool call such as {\"name\":\"f\",\"arguments\":{}}, nor a list of them.";
        return ToolCall.ListOf(json);
    }

    static string Explain(IReadOnlyList<ToolCall> expected, IReadOnlyList<ToolCall> given, double score)
    {
        string wanted = Names(expected), got = Names(given);
        return score == 1 ? $"It calls {got} as expected."
            : wanted == got ? $"It calls {got}, but with other arguments or in another order."
            : $"It calls {got}, but {wanted} was expected.";
    }

    static string Names(IReadOnlyList<ToolCall> calls) => calls.Count == 0 ? "no tool" : string.Join(", ", calls.Take(8).Select(call => call.Name));
}
