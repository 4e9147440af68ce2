using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>
/// Numbers of a step under the names that programs look for: Hone's own in snake_case, and beside them those that OpenAI's and Bedrock's events have.
/// </summary>
static class MetricNames
{
    static readonly (string Hone, string[] Others)[] _names =
    [
        ("rewardMean", ["train_mean_reward", "critic_rewards_mean"]),
        ("rewardMax", ["critic_rewards_max"]),
        ("rewardMin", ["critic_rewards_min"]),
        ("validationReward", ["full_valid_mean_reward", "valid_mean_reward"]),
        ("validationLoss", ["full_valid_loss", "valid_loss"]),
        ("loss", ["train_loss", "actor_pg_loss"]),
        ("entropy", ["actor_entropy"]),
        ("gradientNorm", ["actor_grad_norm"]),
        ("clipShare", ["actor_pg_clipfrac"]),
        ("lengthMean", ["completion_tokens_mean", "response_length_mean"]),
        ("lengthMax", ["response_length_max"]),
        ("truncatedShare", ["response_aborted_ratio"]),
        ("stepSeconds", ["perf_time_per_step"]),
    ];

    public static JsonObject Of(JsonObject metrics)
    {
        var named = new JsonObject();
        foreach (var (name, value) in metrics)
        {
            named[JsonNamingPolicy.SnakeCaseLower.ConvertName(name)] = value?.DeepClone();
        }

        foreach (var (name, others) in _names.Where(names => metrics[names.Hone] is not null))
        {
            foreach (string other in others)
            {
                named.TryAdd(other, metrics[name]!.DeepClone());
            }
        }

        return named;
    }
}
