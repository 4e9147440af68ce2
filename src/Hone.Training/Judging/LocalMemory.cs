using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Training.Planning;

namespace Hone.Training.Judging;

/// <summary>What a model that judges needs: weights, keys and values of the questions that it answers side by side, activations.</summary>
public static class LocalMemory
{
    // Rows of one forward pass over questions.
    const int Rows = 2048;

    /// <summary>The longest question that room is planned for with all others; a longer one has the room of several.</summary>
    const int LongestPlanned = 2048;

    /// <exception cref="Models.Weights.ModelFileException">The folder is not a model that Hone runs.</exception>
    public static long Of(string folder)
    {
        using var decoder = DecoderLoader.LoadShapes(folder, new ShapeDevice(Compute.F32));
        return decoder.Parameters.Sum(RunShape.BytesOf) + CacheBytes(decoder) + ActivationBytes(decoder.Config);
    }

    /// <summary>The most that keys and values take.</summary>
    internal static long CacheBytes(Decoder decoder)
    {
        int question = Math.Max(1, Math.Min(LongestPlanned, decoder.Config.MaxPositions - LocalAnswers.MostTokens));
        long pages = CachePages.Most([.. Enumerable.Repeat(question, LocalChatModel.Together)], 1, LocalAnswers.MostTokens, LocalChatModel.Together);
        return pages * KeyValueCache.BytesPerPage(decoder.Shape, decoder.Config.Layers);
    }

    // Streams, projections and the gated layer of a pass, and the logits of one token each.
    static long ActivationBytes(DecoderConfig config) =>
        sizeof(float) * ((Rows * ((8L * config.HiddenSize) + (3L * config.FeedForwardWidth))) + (2L * LocalChatModel.Together * config.VocabularySize));
}
