using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>OpenAI's hyperparameters as members of a job file. "auto" leaves a member out, and Hone's default counts.</summary>
/// <remarks>
/// <para>n_epochs: epochCount. batch_size: batchSize. learning_rate_multiplier m: learningRate = m · 1e-4. compute_multiplier c:
/// trainingSamplePerPrompt = 8 · c, rounded, 2 at least. eval_interval: evalInterval. eval_samples: evaluation.samplesPerPrompt.
/// reasoning_effort: reasoningEffort ("default": none).</para>
/// </remarks>
static class Hyperparameters
{
    const double Rate = 1e-4, Group = 8;

    /// <summary>Members of <c>hyperParameters</c> and <c>evaluation</c> of a reinforcement job.</summary>
    public static JsonObject Reinforcement(JsonForm form)
    {
        var parameters = Shared(form);
        if (Number(form, "compute_multiplier", 0.0001, 32) is { } compute)
        {
            parameters["trainingSamplePerPrompt"] = Math.Max(2, (int)Math.Round(Group * compute));
        }

        Put(parameters, "evalInterval", Count(form, "eval_interval", 100_000));
        if (form.Choice("reasoning_effort", "default", "low", "medium", "high") is { } effort and not "default")
        {
            parameters["reasoningEffort"] = effort;
        }

        var settings = new JsonObject { ["hyperParameters"] = parameters };
        if (Count(form, "eval_samples", 64) is { } samples)
        {
            settings["evaluation"] = new JsonObject { ["samplesPerPrompt"] = samples };
        }

        return settings;
    }

    public static JsonObject Supervised(JsonForm form) => new() { ["hyperParameters"] = Shared(form) };

    static JsonObject Shared(JsonForm form)
    {
        var parameters = new JsonObject();
        Put(parameters, "epochCount", Count(form, "n_epochs", 50));
        Put(parameters, "batchSize", Count(form, "batch_size", 512));
        if (Number(form, "learning_rate_multiplier", 1e-6, 1e4) is { } multiplier)
        {
            parameters["learningRate"] = Rate * multiplier;
        }

        return parameters;
    }

    static void Put(JsonObject parameters, string name, int? value)
    {
        if (value is { } number)
        {
            parameters[name] = number;
        }
    }

    static int? Count(JsonForm form, string key, int most) => IsAuto(form, key) ? null : form.Count(key, 1, most);

    static double? Number(JsonForm form, string key, double least, double most) => IsAuto(form, key) ? null : form.Number(key, least, most);

    static bool IsAuto(JsonForm form, string key) => form.Any(key) is { ValueKind: JsonValueKind.String } word && word.GetString() == "auto";
}
