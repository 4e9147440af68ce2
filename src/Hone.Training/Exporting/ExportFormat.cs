using Hone.Models;
using Hone.Models.Gguf;
using Hone.Tensors;

namespace Hone.Training.Exporting;

/// <summary>What an export writes.</summary>
public enum ExportFormat
{
    /// <summary>The adapter alone, as PEFT writes it.</summary>
    Adapter,

    /// <summary>A Hugging Face model folder with the adapter merged in.</summary>
    Safetensors,

    /// <summary>One file for llama.cpp with the adapter merged in.</summary>
    Gguf,
}

public static class ExportFormats
{
    /// <summary>Loads what an export wrote, from its own files alone but for the base model of an adapter.</summary>
    /// <returns>The decoder, and the adapter that is attached to it.</returns>
    public static (Decoder Decoder, LoraAdapter? Adapter) Load(this ExportFormat format, string path, string baseModel, Device device)
    {
        var decoder = format switch
        {
            ExportFormat.Adapter => DecoderLoader.Load(baseModel, device),
            ExportFormat.Safetensors => DecoderLoader.Load(path, device),
            _ => GgufDecoder.Load(path, device),
        };
        var adapter = format == ExportFormat.Adapter ? LoraAdapter.Load(decoder, path) : null;
        decoder.Attach(adapter);
        return (decoder, adapter);
    }
}
