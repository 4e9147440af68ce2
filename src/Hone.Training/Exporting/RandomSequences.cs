using Hone.Models.Configuration;
using Hone.Tensors;

namespace Hone.Training.Exporting;

/// <summary>Sequences of random ids, for a model without prompts: the same for the same sizes.</summary>
public static class RandomSequences
{
    public static int[][] Of(DecoderConfig config, int count, int length)
    {
        var random = new Philox(1, RandomPurpose.Evaluation);
        length = Math.Max(2, Math.Min(length, config.MaxPositions));
        return [.. Enumerable.Range(0, count).Select(sequence => Enumerable.Range(0, length)
            .Select(i => Math.Min(config.VocabularySize - 1, (int)(random.Uniform((uint)sequence, (uint)i, 0, 0) * config.VocabularySize))).ToArray())];
    }
}
