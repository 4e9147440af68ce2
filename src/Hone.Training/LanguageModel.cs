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
    public IReadOnlyList<int> EndTokens { get; private set; }

    /// <param name="folder">In Hugging Face's layout.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="trainable">Every weight in F32, so that all can train; else weights stay as the checkpoint stores them.</param>
    /// <param name="template">A chat template's name or file, as <see cref="ChatTemplate.Load"/> takes it. Null: the model's own.</param>
    public static LanguageModel Load(string folder, Device device, bool trainable = false, string? template = null) =>
        Open(folder, template, () => DecoderLoader.Load(folder, device, trainable));

    /// <summary>Everything but the weights, for what depends on tokens and shapes alone.</summary>
    public static LanguageModel OpenShapes(string folder, ShapeDevice device, string? template = null) =>
        Open(folder, template, () => DecoderLoader.LoadShapes(folder, device));

    /// <summary>The same model with its weights.</summary>
    public LanguageModel WithWeights(Device device)
    {
        var decoder = DecoderLoader.Load(Folder, device);
        decoder.RotaryLength = Decoder.RotaryLength;
        return new(Folder, decoder, Tokenizer, Template) { EndTokens = EndTokens };
    }

    /// <summary>The same model with weights that are open, whose owner disposes them.</summary>
    /// <param name="weights">A <see cref="Decoder.View"/> of its own.</param>
    public LanguageModel WithWeights(Decoder weights)
    {
        weights.RotaryLength = Decoder.RotaryLength;
        return new(Folder, weights, Tokenizer, Template) { EndTokens = EndTokens };
    }

    /// <summary>These tokens end a completion too.</summary>
    /// <exception cref="Models.Weights.ModelFileException">The vocabulary lacks one of them.</exception>
    public void AlsoEndWith(IReadOnlyList<string> tokens)
    {
        string[] unknown = [.. tokens.Where(token => Tokenizer.IdOf(token) is null)];
        if (unknown.Length > 0)
        {
            throw new Models.Weights.ModelFileException(Folder, $"completions shall end with '{string.Join("', '", unknown)}', which is no token of the "
                + "tokenizer; write a token as tokenizer.json does.");
        }

        EndTokens = [.. EndTokens.Union(tokens.Select(token => Tokenizer.IdOf(token)!.Value))];
    }

    /// <summary>Tokenizer and template of a folder around a decoder that is open, whose owner disposes it.</summary>
    public static LanguageModel Around(string folder, Decoder decoder, string? template = null) => Open(folder, template, () => decoder);

    /// <summary>
    /// Where rotation depends on the length: all sequences of a run turn as its longest possible one does, so that sampler and trainer agree.
    /// </summary>
    /// <returns>A sentence that says so; null for other models.</returns>
    public string? FixLength(int longest)
    {
        if (!Decoder.RotationDependsOnLength)
        {
            return null;
        }

        Decoder.RotaryLength = longest;
        return $"The model's rotation depends on the length of a sequence; in this run every sequence is rotated as one of {longest} tokens, "
            + "the longest possible.";
    }

    static LanguageModel Open(string folder, string? templateName, Func<Decoder> open)
    {
        if (!Directory.Exists(folder))
        {
            throw new Models.Weights.ModelFileException(folder, "the model folder does not exist; give a folder with config.json, "
                + "model.safetensors and tokenizer.json.");
        }

        Models.Weights.FolderLinks.RequireInside(folder);
        var tokenizer = Tokenizer.Load(folder);
        var template = ChatTemplate.Load(folder, templateName);
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
    public int[] Encode(IReadOnlyList<ChatMessage> messages) => Encode(messages, new ChatRequest { AddGenerationPrompt = true });

    /// <summary>A conversation as the model reads it.</summary>
    public int[] Encode(IReadOnlyList<ChatMessage> messages, ChatRequest request) => Tokenizer.Encode(Template.Render(messages, request));

    public string Decode(ReadOnlySpan<int> tokens) => Tokenizer.Decode(tokens, skipSpecial: true);

    public void Dispose() => Decoder.Dispose();
}
