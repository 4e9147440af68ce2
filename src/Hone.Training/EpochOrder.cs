using Hone.Tensors;

namespace Hone.Training;

/// <summary>
/// The order in which an epoch visits its items: a shuffle that is a function of (seed, epoch) alone. What does not fill a last batch
/// waits for the next epoch's shuffle.
/// </summary>
public sealed class EpochOrder(int items, int batchSize, ulong seed)
{
    readonly Philox _random = new(seed, RandomPurpose.PromptOrder);
    int _epoch = -1;
    int[] _order = [];

    public int StepsPerEpoch { get; } = Math.Max(1, items / batchSize);

    /// <summary>Steps of so many epochs, at most <paramref name="most"/>.</summary>
    public int TotalSteps(int epochs, int? most) => (int)Math.Min(most ?? int.MaxValue, (long)epochs * StepsPerEpoch);

    public int EpochOf(int step) => step / StepsPerEpoch;

    /// <summary>Indexes of the items that a step takes.</summary>
    public ReadOnlySpan<int> ItemsOf(int step)
    {
        int epoch = EpochOf(step), start = step % StepsPerEpoch * batchSize;
        if (epoch != _epoch)
        {
            (_epoch, _order) = (epoch, Shuffled((uint)epoch));
        }

        return _order.AsSpan(start, Math.Min(batchSize, items - start));
    }

    /// <summary>Every item once, in the epoch's order.</summary>
    internal int[] Shuffled(uint epoch)
    {
        int[] order = [.. Enumerable.Range(0, items)];
        double[] keys = [.. order.Select(i => _random.UniformDouble(epoch, (uint)i, 0, 0))];
        Array.Sort(keys, order);
        return order;
    }
}
