using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Models.Sampling.Constraints;
using Hone.Models.Serving;
using Hone.Tensors;
using Hone.Text;
using Hone.Training;

namespace Hone.Jobs.Engine.Serving;

/// <summary>A base model that is open: its weights, its generator, its adapters, and what was made for requests and may be asked for again.</summary>
sealed class ServedModel : IDisposable
{
    const int MostKept = 32;

    readonly LanguageModel _model;
    readonly Lazy<TokenTrie> _vocabulary;
    readonly Kept<string, JsonOutput> _schemas = new(MostKept);
    readonly Kept<(string Template, DateTime Written), ChatTemplate> _templates = new(MostKept);

    public ServedModel(LanguageModel model, Workers workers, EngineThread engine, EngineSettings settings)
    {
        _model = model;
        Generator = new(model.Decoder, () => new CpuDevice(workers, model.Decoder.Device.Compute), settings.Batch, settings.CacheBytes);
        Adapters = new(model.Decoder, Generator, engine, settings.Adapters);
        _vocabulary = new(() => new([.. Enumerable.Range(0, model.Tokenizer.VocabularySize).Select(model.Tokenizer.BytesOf)]));
    }

    /// <summary>For the engine's thread.</summary>
    public ContinuousGenerator Generator { get; }

    public ServedAdapters Adapters { get; }

    /// <summary>The weights' owner.</summary>
    public Decoder Decoder => _model.Decoder;

    public Tokenizer Tokenizer => _model.Tokenizer;

    /// <summary>The model's own end tokens and further ones.</summary>
    public int[] EndTokens(IReadOnlyList<string> others)
    {
        string[] unknown = [.. others.Where(token => Tokenizer.IdOf(token) is null)];
        return unknown.Length == 0
            ? [.. _model.EndTokens.Union(others.Select(token => Tokenizer.IdOf(token)!.Value))]
            : throw new EngineRequestException([$"completions shall end with '{string.Join("', '", unknown)}', which is no token of this model."]);
    }

    /// <summary>The prompt's tokens.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the conversation.</exception>
    /// <exception cref="EngineRequestException">A token is none of the model's.</exception>
    public int[] Encode(GenerateRequest request) => request.Tokens is { } tokens
        ? Known(tokens)
        : request.Text is { } text
        ? Tokenizer.Encode(text)
        : Tokenizer.Encode(Template(request.Template).Render(request.Messages!, new ChatRequest
        {
            AddGenerationPrompt = true,
            Tools = request.Tools is { } tools ? [.. tools.Select(tool => (object?)Element(tool))] : null,
            Variables = request.TemplateArguments?.ToDictionary(pair => pair.Key, pair => (object?)Element(pair.Value), StringComparer.Ordinal),
        }));

    int[] Known(IReadOnlyList<int> tokens)
    {
        foreach (int token in tokens.Where(token => token < 0 || token >= Decoder.Config.VocabularySize))
        {
            throw new EngineRequestException([$"The prompt has token {token}, but the model's tokens are 0 to {Decoder.Config.VocabularySize - 1}."]);
        }

        return [.. tokens];
    }

    /// <exception cref="SchemaException">Completions cannot be held to the schema.</exception>
    public JsonOutput Output(JsonNode schema) =>
        _schemas.Get(schema.ToJsonString(), () => JsonOutput.For(Element(schema), _vocabulary.Value));

    /// <summary>On the engine's thread, when nobody uses it.</summary>
    public void Dispose()
    {
        Adapters.Dispose();
        Generator.Dispose();
        _model.Dispose();
    }

    ChatTemplate Template(string? name) => name is null
        ? _model.Template
        : _templates.Get((name, File.GetLastWriteTimeUtc(name)), () => ChatTemplate.Load(_model.Folder, name));

    static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node, EngineJson.Default.JsonNode);
}
