using Hone.Training;

namespace Hone.Jobs.Reports;

/// <summary>The same prompts before and after training.</summary>
static class ExamplesSection
{
    const int MostGained = 5, MostLost = 3;

    public static Html Write(RunReader run, Evaluation? baseline, Evaluation? tuned)
    {
        if (baseline is null || tuned is null)
        {
            return Html.Empty;
        }

        var after = tuned.Rollouts.ToDictionary(rollout => (rollout.PromptId, rollout.Index));
        var pairs = baseline.Rollouts
            .Where(rollout => after.ContainsKey((rollout.PromptId, rollout.Index)))
            .Select(rollout => new Pair(rollout, after[(rollout.PromptId, rollout.Index)]))
            .Where(pair => pair.Change is not null and not 0)
            .ToList();
        return Html.Of($"""
            <section id="examples">
            <h2>Before and after</h2>
            <p class="lead">The first of each kind in the order of the file, not the finest. Both answers were sampled from the same prompt.</p>
            {Group(run, "From wrong to right", pairs.Where(pair => pair.Change > 0).ToList(), MostGained)}
            {Group(run, "From right to wrong", pairs.Where(pair => pair.Change < 0).ToList(), MostLost)}
            </section>
            """);
    }

    static Html Group(RunReader run, string title, List<Pair> pairs, int most) => Html.Of($"""
        <h3 style="margin:1.6rem 0 .8rem">{title} <span class="soft">{Math.Min(most, pairs.Count)} of {pairs.Count:N0}</span></h3>
        {pairs.Take(most).Select(pair => Example(run, pair))}
        """);

    static Html Example(RunReader run, Pair pair)
    {
        // An id may occur in several sets; base and tuned are asked held-out prompts where there are any.
        var prompt = run.Prompts(pair.Before.PromptId).OrderBy(found => found.Set == "training").FirstOrDefault();
        return Html.Of($"""
            <article class="example">
            <header><p class="model prompt">{prompt?.Text ?? pair.Before.PromptId}</p><p class="meta">{pair.Before.PromptId}{(prompt?.Reference is { } reference ? $" · reference: {reference}" : "")}</p></header>
            <div class="answers">{Answer("Base", pair.Before, pair.Change < 0)}{Answer("Tuned", pair.After, pair.Change > 0)}</div>
            </article>
            """);
    }

    static Html Answer(string who, Rollout rollout, bool better) => Html.Of($"""
        <div class="answer"><h4><span>{who}</span><span class="{(better ? "up" : "down")}">score {rollout.Grade.Score ?? double.NaN:0.###}</span></h4>
        <pre class="model">{(rollout.Text.Length == 0 ? "(empty)" : rollout.Text)}</pre>
        <p class="why">{rollout.Grade.Reason}{(rollout.Stop == StopReason.MaxTokens ? " Cut off at the length limit." : "")}</p></div>
        """);

    sealed record Pair(Rollout Before, Rollout After)
    {
        public double? Change => After.Grade.Score - Before.Grade.Score;
    }
}
