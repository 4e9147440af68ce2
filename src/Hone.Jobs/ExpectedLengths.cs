using Hone.Models.Generation;
using Hone.Tensors;
using Hone.Training.Planning;

namespace Hone.Jobs;

/// <summary>How long a job's completions will be, as far as that can be known before it runs.</summary>
/// <param name="Source">Where the numbers come from, as the end of a sentence.</param>
public sealed record ExpectedLengths(IReadOnlyList<int> Tokens, string Source)
{
    // Sampling must not take longer than a person waits for a plan.
    const double Patience = 10;

    const int MostPrompts = 64;

    public double Mean => Tokens.Average();

    /// <summary>What the user says, else what the model writes if that is quick to see, else half of the limit.</summary>
    public static ExpectedLengths Find(PlannedJob plan, MachineRates rates, int? given, CancellationToken stop)
    {
        int limit = plan.Job.HyperParameters.InferenceMaxTokens;
        if (given is { } tokens)
        {
            return new([Math.Clamp(tokens, 1, limit)], "as given");
        }

        int prompts = Math.Min(MostPrompts, plan.Shape.Training.Count);
        using var forecaster = new TimeForecaster(plan.Shape, plan.Memory, rates, [limit]);
        return LoadingSeconds(plan, rates) + forecaster.Sampling(prompts, prompts) < Patience
            ? Sampled(plan, prompts, stop)
            : new([Math.Max(1, limit / 2)], "half of inferenceMaxTokens; --completion-tokens says better");
    }

    /// <summary>Seconds to open the model: reading and packing go at a tenth of what memory gives.</summary>
    internal static double LoadingSeconds(PlannedJob plan, MachineRates rates) => plan.Shape.WeightBytes / rates.MemoryBytes * 10;

    // A job that says how the model is made to work says where training leads.
    static ExpectedLengths Sampled(PlannedJob plan, int prompts, CancellationToken stop)
    {
        using var model = plan.Shapes.WithWeights(new CpuDevice(plan.Job.Compute));
        using var generator = new Generator(model.Decoder, prompts);
        int[] banned = plan.Job.BannedTokens(model.Tokenizer);
        var requests = plan.Data.Training.Take(prompts).Select(prompt => new GenerationRequest
        {
            Prompt = prompt.Tokens,
            MaxTokens = plan.Job.HyperParameters.InferenceMaxTokens,
            Sampling = new() { Temperature = plan.Job.HyperParameters.Temperature },
            Key = new RandomKey(plan.Job.Seed, RandomPurpose.Evaluation, 0, prompt.Number),
            EndTokens = model.EndTokens,
            BannedFirstTokens = banned,
        });
        var completions = generator.Generate([.. requests], stop: stop);
        return new([.. completions.Select(one => one[0].Tokens.Length)], $"as the model writes them now{(banned.Length > 0 ? " when made to work" : "")} ({completions.Length} sampled)");
    }
}
