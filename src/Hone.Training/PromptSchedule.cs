using Hone.Tensors;

namespace Hone.Training;

/// <summary>
/// Which prompts a step draws: every epoch is a shuffle of its own, a function of (seed, epoch) alone. What is left over when the
/// prompts do not fill a last step waits for the next epoch's shuffle.
/// </summary>
public sealed class PromptSchedule(IReadOnlyList<PreparedPrompt> prompts, int batchSize, ulong seed)
{
    readonly Philox _random = new(seed, RandomPurpose.PromptOrder);

    public int StepsPerEpoch { get; } = Math.Max(1, prompts.Count / batchSize);

    public int EpochOf(int step) => step / StepsPerEpoch;

    public IReadOnlyList<PreparedPrompt> PromptsOf(int step)
    {
        var order = Order((uint)EpochOf(step));
        return [.. order.Skip(step % StepsPerEpoch * batchSize).Take(batchSize)];
    }

    IEnumerable<PreparedPrompt> Order(uint epoch) =>
        prompts.OrderBy(prompt => _random.UniformDouble(epoch, prompt.Number, 0, 0)).ThenBy(prompt => prompt.Number);
}
