using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Server.Queue;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>What a grader said of an answer, in OpenAI's shape.</summary>
/// <remarks>The shape has no place for "no score": the reward is 0 then, and one of the errors is true.</remarks>
static class GraderRunObject
{
    static readonly string[] _flags =
    [
        "formula_parse_error", "sample_parse_error", "truncated_observation_error", "unresponsive_reward_error", "invalid_variable_error",
        "other_error",
        "python_grader_server_error", "python_grader_runtime_error", "model_grader_server_error", "model_grader_refusal_error",
        "model_grader_parse_error",
    ];

    public static JsonObject Of(JsonObject grader, GraderTrial trial)
    {
        string type = grader["type"]!.GetValue<string>();
        string name = grader["name"] is { } given ? given.GetValue<string>() : type;
        double reward = trial.Grade.Score ?? 0;
        bool asksModel = type is "score_model" or "label_model";
        return new()
        {
            ["reward"] = reward,
            ["sub_rewards"] = Rewards(trial.Grade),
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["type"] = type,
                ["reason"] = trial.Grade.Reason,
                ["errors"] = Errors(type, trial.Grade),
                ["execution_time"] = trial.Elapsed.TotalSeconds,
                ["scores"] = new JsonObject { [name] = reward },
                ["token_usage"] = null,
                ["sampled_model_name"] = asksModel ? grader["model"]!.DeepClone() : null,
            },
            ["model_grader_token_usage_per_model"] = new JsonObject(),
        };
    }

    static JsonObject Rewards(Grade grade) => new(grade.Metrics.Where(metric => metric.Type == MetricType.Reward)
        .Select(metric => KeyValuePair.Create(metric.Name, (JsonNode?)metric.Value)));

    static JsonObject Errors(string type, Grade grade)
    {
        string? happened = grade.Fault is { } fault ? Name(type, fault) : null;
        var errors = new JsonObject(_flags.Select(flag => KeyValuePair.Create(
            flag, (JsonNode?)(flag == happened || grade.Metrics.Any(metric => metric.Value == 1 && IsNamed(metric.Name, flag))))));
        errors["python_grader_server_error_type"] = null;
        errors["python_grader_runtime_error_details"] = happened == "python_grader_runtime_error" ? grade.Fault!.Message : null;
        errors["model_grader_server_error_details"] = happened == "model_grader_server_error" ? grade.Fault!.Message : null;
        errors["other_error_details"] = happened == "other_error" ? grade.Fault!.ToString() : null;
        return errors;
    }

    // The part of a multi grader stands before the name.
    static bool IsNamed(string metric, string flag) => metric == flag || metric.EndsWith("." + flag, StringComparison.Ordinal);

    static string Name(string type, Fault fault) =>
        _flags.FirstOrDefault(flag => fault.Boundary == flag || fault.Boundary.EndsWith("/" + flag, StringComparison.Ordinal))
        ?? (type, fault.Boundary) switch
        {
            ("python", _) => "python_grader_runtime_error",
            (_, "parse") => "model_grader_parse_error",
            (_, "refusal") => "model_grader_refusal_error",
            ("score_model" or "label_model", _) => "model_grader_server_error",
            _ => "other_error",
        };
}
