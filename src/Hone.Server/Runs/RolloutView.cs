using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Hone.Jobs;
using Hone.Jobs.Exploring;

namespace Hone.Server.Runs;

/// <summary>Rollouts as /hone/v1 shows them.</summary>
static class RolloutView
{
    public static object Of(FoundRollout found)
    {
        var (recorded, rollout) = (found.Recorded, found.Recorded.Rollout);
        return new
        {
            found.Id,
            recorded.Phase,
            recorded.Step,
            Prompt = rollout.PromptId,
            rollout.Index,
            rollout.Text,
            Tokens = rollout.Tokens.Length,
            rollout.Stop,
            Reward = rollout.Reward ?? rollout.Grade.Score,
            rollout.Grade.Score,
            rollout.Advantage,
            rollout.Entropy,
            LogProbability = rollout.LogProbabilities.Length == 0 ? (double?)null : rollout.LogProbabilities.Average(one => (double)one),
            rollout.Grade.Reason,
            rollout.Grade.Fault,
            rollout.Grade.Metrics,
        };
    }

    /// <summary>With the log-probability of each token under the sampling temperature, as the sampler stored it.</summary>
    public static object InFull(FoundRollout found, RunReader run, TokenTexts texts)
    {
        var rollout = found.Recorded.Rollout;
        var pieces = texts.Of(run.Settings.BaseModel, rollout.Tokens);
        return new
        {
            Rollout = Of(found),
            Prompt = Prompt(PromptOf(run, found.Recorded)),
            run.Settings.HyperParameters.Temperature,
            HasTexts = pieces is not null,
            Tokens = rollout.Tokens.Select((id, i) => new
            {
                Id = id,
                Text = pieces?[i],
                LogProbability = i < rollout.LogProbabilities.Length ? rollout.LogProbabilities[i] : float.NaN,
            }),
        };
    }

    public static object? Prompt(RecordedPrompt? prompt) =>
        prompt is null ? null : new { prompt.Id, prompt.Set, prompt.Text, prompt.Reference };

    public static string Write(RolloutPlace place) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{place.Value:R}|{place.Id}")));

    public static RolloutPlace ReadPlace(string cursor)
    {
        try
        {
            string[] parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('|');
            return new(double.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw ApiProblem.Invalid($"after is '{cursor}', which is no cursor of this list; take next of the page before.", "after");
        }
    }

    // An id may occur in several sets: training steps draw from the training set, evaluations from the held-out ones.
    static RecordedPrompt? PromptOf(RunReader run, RecordedRollout recorded)
    {
        string set = recorded.Phase is RecordedRollout.Training or RecordedRollout.Replaced ? "training" : recorded.Phase == "validation" ? "validation" : "test";
        return run.Prompts(recorded.Rollout.PromptId).OrderBy(prompt => prompt.Set == set ? 0 : 1).FirstOrDefault();
    }
}
