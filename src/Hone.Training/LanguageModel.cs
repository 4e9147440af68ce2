using Hone.Models;
using Hone.Tensors;
using Hone.Tensors.Planning;
using Hone.Text;

namespace Hone.Training;

/// <summary>A model folder opened: decoder, tokenizer and chat template.</summary>
public sealed class LanguageModel : IDisposable
{
    LanguageModel(string folder, Decoder decoder, Tokenizer tokenizer, ChatTemplate template)
    {
        (Folder, Decoder, Tokenizer, Template) = (folder, decoder, tokenizer, template);
        EndTokens = decoder.Config.EosTokenIds;
    }

    public string Folder { get; }
    public Decoder Decoder { get; }
    public Tokenizer Tokenizer { get; }
    public ChatTemplate Template { get; }

    /// <summary>Tokens that end a completion.</summary>
    public IReadOnlyList<int> EndTokens { get; }

    /// <param name="trainable">Every weight in F32, so that all can train; else weights stay as the checkpoint stores them.</param>
    public static LanguageModel Load(string folder, Device device, bool trainable = false) =>
        Open(folder, () => DecoderLoader.Load(folder, device, trainable));

    /// <summary>Everything but the weights, for what depends on tokens and shapes alone.</summary>
    public static LanguageModel OpenShapes(string folder, ShapeDevice device) => Open(folder, () => DecoderLoader.LoadShapes(folder, device));

    /// <summary>The same model with its weights.</summary>
    public LanguageModel WithWeights(Device device) => new(Folder, DecoderLoader.Load(Folder, device), Tokenizer, Template);

    /// <summary>Tokenizer and template of a folder around a decoder that is open, whose owner disposes it.</summary>
    public static LanguageModel Around(string folder, Decoder decoder) => Open(folder, () => decoder);

    static LanguageModel Open(string folder, Func<Decoder> open)
    {
        if (!Directory.Exists(folder))
        {
            throw new Models.Weights.ModelFileException(folder, "the model folder does not exist; give a folder with config.json, "
                + "model.safetensors and tokenizer.json.");
        }

        var tokenizer = Tokenizer.Load(folder);
        var template = ChatTemplate.Load(folder);
        var decoder = open();
        if (tokenizer.VocabularySize > decoder.Config.VocabularySize)
        {
            int rows = decoder.Config.VocabularySize;
            decoder.Dispose();
            throw new Models.Weights.ModelFileException(folder, $"the tokenizer has {tokenizer.VocabularySize} tokens, but the model's "
                + $"embedding has {rows}; they do not belong together.");
        }

        return new LanguageModel(folder, decoder, tokenizer, template);
    }

    /// <summary>The prompt as the model reads it, up to where its answer begins.</summary>
    public int[] Encode(IReadOnlyList<ChatMessage> messages, string? reasoningEffort = null)
    {
        var extra = reasoningEffort is null ? null : new Dictionary<string, object?> { ["reasoning_effort"] = reasoningEffort };
        return Tokenizer.Encode(Template.Render(messages, addGenerationPrompt: true, extra));
    }

    public string Decode(ReadOnlySpan<int> tokens) => Tokenizer.Decode(tokens, skipSpecial: true);

    public void Dispose() => Decoder.Dispose();
}
