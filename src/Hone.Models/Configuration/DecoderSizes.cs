namespace Hone.Models.Configuration;

/// <summary>Sizes that no model has. What is computed of smaller ones stays a number that 32 bits hold.</summary>
static class DecoderSizes
{
    /// <summary>The deepest published models have some hundred. Of each layer something is kept before any weight is looked at.</summary>
    public const int MostLayers = 4096;

    /// <summary>A sentence for each size of a matrix that is beyond 32 bits.</summary>
    public static IEnumerable<string> Problems(DecoderConfig config)
    {
        long queries = (long)config.Heads * config.HeadWidth, keys = (long)config.KeyValueHeads * config.HeadWidth;
        int expertWidth = Math.Max(config.Experts?.FeedForwardWidth ?? 0, config.Experts?.SharedWidth ?? 0);
        (string Words, long Count)[] sizes =
        [
            ("the width of all queries, keys and values", queries + (2 * keys)),
            ("twice the width of the feed-forward block", 2L * config.FeedForwardWidth),
            ("twice the numbers of a matrix of an expert", 2L * expertWidth * config.HiddenSize),
        ];
        return sizes.Where(size => size.Count > int.MaxValue).Select(size => $"{size.Words} is {size.Count}; Hone runs models up to {int.MaxValue}.");
    }
}
