namespace Hone.Models.Serving;

/// <summary>The largest logits of a row.</summary>
static class Likeliest
{
    /// <summary>So many at most, the largest first, the lowest id first among equals. NaN is never among them.</summary>
    public static IReadOnlyList<(int Id, float Logit)> Of(ReadOnlySpan<float> logits, int count)
    {
        if (count == 0)
        {
            return [];
        }

        List<(int Id, float Logit)> best = new(count + 1);
        float smallest = float.NegativeInfinity;
        for (int id = 0; id < logits.Length; id++)
        {
            if (logits[id] > smallest || best.Count < count)
            {
                Insert(best, id, logits[id], count);
                smallest = best.Count == count ? best[^1].Logit : float.NegativeInfinity;
            }
        }

        return best;
    }

    static void Insert(List<(int Id, float Logit)> best, int id, float logit, int count)
    {
        if (float.IsNaN(logit))
        {
            return;
        }

        int at = best.Count;
        while (at > 0 && best[at - 1].Logit < logit)
        {
            at--;
        }

        best.Insert(at, (id, logit));
        if (best.Count > count)
        {
            best.RemoveAt(count);
        }
    }
}
