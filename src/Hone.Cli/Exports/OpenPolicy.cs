using Hone.Models;
using Hone.Training;

namespace Hone.Cli.Exports;

/// <summary>A decoder with what is attached to it. Tokenizer and template are opened when somebody asks: not every model has them.</summary>
sealed class OpenPolicy(string folder, Decoder decoder, LoraAdapter? adapter, string? template) : IDisposable
{
    LanguageModel? _language;

    public string Folder => folder;

    public Decoder Decoder => decoder;

    public LanguageModel Language() => _language ??= LanguageModel.Around(folder, decoder, template);

    public void Dispose()
    {
        adapter?.Dispose();
        decoder.Dispose();
    }
}
