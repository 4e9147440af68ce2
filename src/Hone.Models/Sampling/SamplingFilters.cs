using System.Buffers;
using System.Runtime.Intrinsics;
using Hone.Tensors.Kernels;

namespace Hone.Models.Sampling;

/// <summary>The bounds below which top-k, top-p and min-p drop tokens. A bound keeps all its equals, so ids never decide what is dropped.</summary>
static class SamplingFilters
{
    /// <summary>Assigns the penalised logit of every previous id. A repeated id is penalised once, as the original logit is what counts.</summary>
    public static void Penalize(ReadOnlySpan<float> logits, ReadOnlySpan<int> previous, float penalty, Span<float> penalized)
    {
        foreach (int id in previous)
        {
            penalized[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
        }
    }

    /// <summary>The k-th largest logit, 0 &lt; k ≤ V.</summary>
    public static float Largest(ReadOnlySpan<float> logits, int k)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(k);
        float largest = Largest(logits, rented.AsSpan(0, k));
        ArrayPool<float>.Shared.Return(rented);
        return largest;
    }

    /// <summary>
    /// Top-p: with the weights in ascending order, the first whose cumulative sum exceeds (1 − p) · total; the largest if there is none.
    /// </summary>
    public static float SmallestWeight(ReadOnlySpan<float> weights, double total, float topP)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(weights.Length);
        float smallest = SmallestWeight(weights, (1 - (double)topP) * total, rented);
        ArrayPool<float>.Shared.Return(rented);
        return smallest;
    }

    /// <summary>Sets smaller weights to 0 and returns the sum of the others.</summary>
    public static double DropBelow(float smallest, Span<float> weights)
    {
        double total = 0;
        for (int i = 0; i < weights.Length; i += Lanes.Count)
        {
            var weight = Lanes.Load(weights, i);
            var dropped = Vector512.LessThan(weight, Vector512.Create(smallest));
            weight = Vector512.ConditionalSelect(dropped, Vector512<float>.Zero, weight);
            total += Lanes.Sum(weight);
            Lanes.Store(weight, weights, i);
        }

        return total;
    }

    // The heap has the smallest of the largest logits so far on top.
    static float Largest(ReadOnlySpan<float> logits, Span<float> heap)
    {
        int k = heap.Length;
        logits[..k].CopyTo(heap);
        for (int i = k / 2 - 1; i >= 0; i--)
        {
            SiftDown(heap, i);
        }

        for (int i = k; i < logits.Length; i += Lanes.Count)
        {
            if (Vector512.GreaterThanAny(Lanes.Load(logits, i, pad: float.NegativeInfinity), Vector512.Create(heap[0])))
            {
                Replace(logits[i..Math.Min(i + Lanes.Count, logits.Length)], heap);
            }
        }

        return heap[0];
    }

    static float SmallestWeight(ReadOnlySpan<float> weights, double dropped, Span<float> scratch)
    {
        // Weights of at most dropped / V cannot reach the bound even if all are that small: only the others need sorting.
        var candidates = Above((float)(dropped / weights.Length), weights, scratch, out double sum);
        candidates.Sort();

        foreach (float weight in candidates)
        {
            sum += weight;
            if (sum > dropped)
            {
                return weight;
            }
        }

        return 1; // the weight of the most probable token
    }

    static Span<float> Above(float bound, ReadOnlySpan<float> weights, Span<float> scratch, out double sumOfOthers)
    {
        int count = 0;
        sumOfOthers = 0;
        for (int i = 0; i < weights.Length; i += Lanes.Count)
        {
            var lanes = Lanes.Load(weights, i);
            if (Vector512.GreaterThanAny(lanes, Vector512.Create(bound)))
            {
                Separate(bound, weights[i..Math.Min(i + Lanes.Count, weights.Length)], scratch, ref count, ref sumOfOthers);
            }
            else
            {
                sumOfOthers += Lanes.Sum(lanes);
            }
        }

        return scratch[..count];
    }

    static void Separate(float bound, ReadOnlySpan<float> weights, Span<float> above, ref int count, ref double sumOfOthers)
    {
        foreach (float weight in weights)
        {
            if (weight > bound)
            {
                above[count++] = weight;
            }
            else
            {
                sumOfOthers += weight;
            }
        }
    }

    static void Replace(ReadOnlySpan<float> logits, Span<float> heap)
    {
        foreach (float logit in logits)
        {
            if (logit > heap[0])
            {
                heap[0] = logit;
                SiftDown(heap, 0);
            }
        }
    }

    static void SiftDown(Span<float> heap, int parent)
    {
        float value = heap[parent];
        for (int child = 2 * parent + 1; child < heap.Length; child = 2 * parent + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1] < heap[child])
            {
                child++;
            }

            if (heap[child] >= value)
            {
                break;
            }

            heap[parent] = heap[child];
            parent = child;
        }

        heap[parent] = value;
    }
}
