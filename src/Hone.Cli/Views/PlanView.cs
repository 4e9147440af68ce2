using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Training.Planning;

namespace Hone.Cli.Views;

/// <summary>The plan of a job as a person reads it, and as JSON.</summary>
static class PlanView
{
    /// <summary>One line for before a run; the newcomer's names the sum alone.</summary>
    public static string Line(MemoryPlan plan, int layers, bool brief)
    {
        string sum = $"Memory: {ByteSize.Text(plan.Total)} planned";
        if (brief)
        {
            return sum + ".";
        }

        string parts = string.Join(", ", plan.Parts.Select(part => $"{part.Name} {ByteSize.Text(part.Bytes)}"));
        string twice = plan.CheckpointLayers > 0 ? $"; {plan.CheckpointLayers} of {layers} layers compute their activations twice" : "";
        return $"{sum} of {ByteSize.Text(plan.Budget)}: {parts}{twice}.";
    }

    public static void ShowMemory(PlannedJob job, Output output)
    {
        var plan = job.Memory;
        output.Line($"{job.Job.Name}: {Path.GetFileName(job.Job.BaseModel)}, {job.Shape.Training.Count:N0} prompts of {job.Shape.Training.Average():F0} tokens, the longest {job.Shape.Training.Max():N0}.");
        output.Line();
        foreach (var (name, bytes) in plan.Parts)
        {
            output.Line($"  {name,-22} {ByteSize.Text(bytes),10}{(name == MemoryPlan.SamplingName ? $"  {ByteSize.Text(plan.Logits)} of logits among them" : "")}");
        }

        output.Line($"  {"peak",-22} {ByteSize.Text(plan.Total),10}  of {ByteSize.Text(plan.Budget)}");
        output.Line();
        output.Line($"{plan.CheckpointLayers} of {job.Shape.Decoder.Config.Layers} layers compute their activations twice; "
            + $"groups of {plan.RowsPerMicroBatch:N0} tokens together train at a time.");
    }

    public static void ShowTime(Rehearsal rehearsal, MachineRates rates, Output output)
    {
        var (lengths, forecast, _) = rehearsal;
        output.Line($"Completions of {lengths.Mean:F0} tokens, {lengths.Source}; {rates.Threads} threads, {rates.F32Flops / 1e9:F0} GFLOP/s, {rates.MemoryBytes / 1e9:F0} GB/s; {rehearsal.Source}.");
        output.Line();
        output.Line($"  {"sampling",-22} {Seconds(forecast.SamplingPerStep),10}  a step");
        output.Line($"  {"training",-22} {Seconds(forecast.TrainingPerStep),10}  a step");
        output.Line($"  {"steps",-22} {Seconds(forecast.Steps * forecast.PerStep),10}  {forecast.Steps:N0} of them");
        output.Line($"  {"evaluations",-22} {Seconds(forecast.Evaluations),10}");
        output.Line($"  {"start and report",-22} {Seconds(TimeForecast.StartAndReport),10}");
        output.Line($"  {"together",-22} {Seconds(forecast.Run),10}");
    }

    public static JsonObject ToJson(PlannedJob job, Rehearsal? rehearsal)
    {
        var plan = job.Memory;
        var json = new JsonObject
        {
            ["memory"] = new JsonObject(plan.Parts.Select(part => KeyValuePair.Create(part.Name, (JsonNode?)part.Bytes))),
            ["logits"] = plan.Logits,
            ["memoryTotal"] = plan.Total,
            ["memoryBudget"] = plan.Budget,
            ["fits"] = plan.Fits,
            ["checkpointLayers"] = plan.CheckpointLayers,
            ["rowsPerMicroBatch"] = plan.RowsPerMicroBatch,
        };
        if (rehearsal is var (lengths, forecast, trialSteps))
        {
            json["completionTokens"] = lengths.Mean;
            json["samplingSeconds"] = forecast.SamplingPerStep;
            json["trainingSeconds"] = forecast.TrainingPerStep;
            json["trialSteps"] = trialSteps;
            json["steps"] = forecast.Steps;
            json["evaluationSeconds"] = forecast.Evaluations;
            json["seconds"] = forecast.Run;
        }

        return json;
    }

    public static string Seconds(double seconds) => seconds switch
    {
        >= 7200 => $"{seconds / 3600:F1} h",
        >= 120 => $"{seconds / 60:F1} min",
        >= 10 => $"{seconds:F0} s",
        >= 1 => $"{seconds:F1} s",
        _ => $"{1000 * seconds:F0} ms",
    };
}
