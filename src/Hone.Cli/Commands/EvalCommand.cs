using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Models;
using Hone.Models.Sampling;
using Hone.Tensors;
using Hone.Training;
using Hone.Training.Data;
using Hone.Training.Judging;
using Hone.Training.Statistics;

namespace Hone.Cli.Commands;

/// <summary>hone eval: a model or an adapter on a JSONL file, k samples for each prompt.</summary>
static class EvalCommand
{
    static readonly Argument<string> _model = new("model") { Description = "Model folder, or a run's folder: its model with its best adapter." };
    static readonly Argument<string> _data = new("data") { Description = "JSONL file of prompts with reference_answer." };
    static readonly Option<string?> _adapter = new("--adapter") { Description = "Adapter folder, as PEFT writes it." };
    static readonly Option<string?> _grader = new("--grader") { Description = "File with grader JSON. Default: the final number." };
    static readonly Option<int> _samples = new("--samples", "-k") { Description = "Completions for each prompt (k).", DefaultValueFactory = _ => 1 };
    static readonly Option<float> _temperature = new("--temperature") { Description = "0: the likeliest token each time.", DefaultValueFactory = _ => 1f };
    static readonly Option<float> _topP = new("--top-p") { Description = "Keep the likeliest tokens of this total share.", DefaultValueFactory = _ => 1f };
    static readonly Option<int> _topK = new("--top-k") { Description = "Keep this many of the likeliest tokens; 0: all." };
    static readonly Option<float> _minP = new("--min-p") { Description = "Keep tokens with at least this share of the likeliest one's." };
    static readonly Option<int> _maxTokens = new("--max-tokens") { Description = "Longest completion.", DefaultValueFactory = _ => 256 };
    static readonly Option<int?> _limit = new("--limit") { Description = "Only the first so many prompts." };
    static readonly Option<int> _batch = new("--batch") { Description = "Completions decoded side by side; changes memory and speed only.", DefaultValueFactory = _ => 128 };
    static readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the samples.", DefaultValueFactory = _ => 1UL };
    static readonly Option<string?> _template = TemplateOption.Create();
    static readonly Option<string[]> _endTokens = new("--end-token") { Description = "Tokens that end an answer besides the model's own." };
    static readonly Option<Compute> _compute = ComputeOption.Create();

    public static Command Create()
    {
        var command = new Command("eval", "Evaluate a model or an adapter: pass@1 and pass@k with confidence intervals.")
        {
            _model, _data, _adapter, _grader, _samples, _temperature, _topP, _topK, _minP, _maxTokens, _limit, _batch, _seed, _template, _endTokens, _compute,
        };
        command.SetAction((parsed, stop) => Run(parsed, stop));
        return command;
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        var sampling = Sampling(parsed);
        int k = parsed.GetValue(_samples);
        await using var grader = parsed.GetValue(_grader) is { } file ? GraderFile.Build(file) : GraderSettings.FinalNumber.BuildGuarded(GraderContext.Here);
        var records = DataFile.ReadPrompts(parsed.GetRequiredValue(_data)).RecordsOrThrow();
        var folders = PolicyFolders.Of(parsed.GetRequiredValue(_model), parsed.GetValue(_adapter));
        using var model = LanguageModel.Load(
            folders.Model, new CpuDevice(parsed.GetValue(_compute)), template: parsed.GetValue(_template) ?? folders.Template);
        model.AlsoEndWith([.. folders.EndTokens ?? [], .. parsed.GetValue(_endTokens) ?? []]);
        using var adapter = folders.Adapter is { } folder ? LoraAdapter.Load(model.Decoder, folder) : null;
        model.Decoder.Attach(adapter);

        int room = model.Decoder.Config.MaxPositions - parsed.GetValue(_maxTokens);
        var prompts = PromptSet.Prepare(model, [.. records.Take(parsed.GetValue(_limit) ?? int.MaxValue)], room, null);
        if (prompts.Prompts.Count == 0)
        {
            throw new CommandException($"{parsed.GetValue(_data)}: every prompt is longer than the {Math.Max(0, room)} tokens that the model has "
                + $"room for beside --max-tokens {parsed.GetValue(_maxTokens)}; lower that.");
        }

        using var sampler = new RolloutSampler(
            model, grader, parsed.GetValue(_batch), followsLength: true);
        var evaluator = new Evaluator(sampler, parsed.GetValue(_seed), k, parsed.GetValue(_maxTokens), sampling);
        var output = new Output(parsed);
        foreach (string note in grader.Notes)
        {
            output.Line(note);
        }

        var evaluation = evaluator.Run("eval", 0, prompts.Prompts, null, stop);
        Show(evaluation, prompts, k, output);
        return HoneCommand.Success;
    }

    static SamplingSettings Sampling(ParseResult parsed)
    {
        var sampling = new SamplingSettings
        {
            Temperature = parsed.GetValue(_temperature),
            TopP = parsed.GetValue(_topP),
            TopK = parsed.GetValue(_topK),
            MinP = parsed.GetValue(_minP),
        };
        string[] problems =
        [
            .. sampling.Problems(),
            .. AtLeastOne("--samples", parsed.GetValue(_samples)),
            .. AtLeastOne("--max-tokens", parsed.GetValue(_maxTokens)),
            .. AtLeastOne("--batch", parsed.GetValue(_batch)),
            .. AtLeastOne("--limit", parsed.GetValue(_limit) ?? 1),
        ];
        return problems.Length == 0 ? sampling : throw new CommandException(string.Join(Environment.NewLine, problems));
    }

    static IEnumerable<string> AtLeastOne(string name, int value) =>
        value < 1 ? [$"{name} is {value}, but needs 1 or more."] : [];

    static void Show(Evaluation evaluation, PromptSet prompts, int k, Output output)
    {
        var groups = evaluation.Rollouts.GroupBy(rollout => rollout.PromptId).Select(group => group.ToArray()).ToArray();
        var passes = Enumerable.Range(0, 31).Select(power => 1 << power).TakeWhile(size => size <= k)
            .Append(k).Distinct().Order().Select(size => (K: size, Rate: PassRate(groups, size))).ToArray();
        foreach (var (size, rate) in passes)
        {
            output.Line($"pass@{size,-3} {100 * rate.Value:F1} %  (95 % confidence {100 * rate.Low:F1} to {100 * rate.High:F1}, n = {groups.Length:N0})");
        }

        output.Line($"mean score {evaluation.RewardMean:F3}, length {evaluation.LengthMean:F1}, entropy {evaluation.Entropy:F3}, "
            + $"{evaluation.Faults} faults, {prompts.Dropped.Count} prompts too long, {evaluation.Seconds:F1} s");
        output.Result(new JsonObject
        {
            ["n"] = groups.Length,
            ["passAt"] = new JsonObject(passes.Select(pass => KeyValuePair.Create<string, JsonNode?>(
                pass.K.ToString(),
                new JsonObject { ["accuracy"] = Number(pass.Rate.Value), ["low"] = Number(pass.Rate.Low), ["high"] = Number(pass.Rate.High) }))),
            ["meanScore"] = Number(evaluation.RewardMean),
            ["length"] = evaluation.LengthMean,
            ["faults"] = evaluation.Faults,
            ["dropped"] = prompts.Dropped.Count,
            ["seconds"] = evaluation.Seconds,
        });
    }

    // JSON has no NaN: what cannot be told is null.
    static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    // With one sample a pass is a coin of its own: Wilson. With more, prompts are the sample: the normal interval of their mean.
    static (double Value, double Low, double High) PassRate(Rollout[][] groups, int k)
    {
        double[] rates = [.. groups
            .Select(group => (All: group.Count(rollout => rollout.Grade.Score is not null), Right: group.Count(rollout => rollout.Grade.Score >= 1)))
            .Where(group => group.All >= k)
            .Select(group => PassAtK.Of(group.All, group.Right, k))];
        var moments = Moments.Of(rates);
        if (rates.Length == 0)
        {
            return (double.NaN, double.NaN, double.NaN);
        }

        if (rates.All(rate => rate is 0 or 1))
        {
            var wilson = Interval.Wilson((int)rates.Sum(), rates.Length);
            return (moments.Mean, wilson.Low, wilson.High);
        }

        double half = Interval.NormalQuantile * Math.Sqrt(moments.SquaredError);
        return (moments.Mean, Math.Max(0, moments.Mean - half), Math.Min(1, moments.Mean + half));
    }
}
