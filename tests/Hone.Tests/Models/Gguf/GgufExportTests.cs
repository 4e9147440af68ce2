using Hone.Models;
using Hone.Models.Export;
using Hone.Models.Gguf;
using Hone.Tensors;
using Hone.Tests.Models.Export;

namespace Hone.Tests.Models.Gguf;

public sealed class GgufExportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string File => _folder["model.gguf"];

    [Theory, MemberData(nameof(SmallModels.Families), MemberType = typeof(SmallModels))]
    public void A_file_computes_what_the_model_computes(string family)
    {
        string model = SmallModels.Write(_folder, family), adapter = SmallModels.WriteAdapter(_folder, model);
        Export(model, adapter, GgufTensorKind.F32);

        using var decoder = DecoderLoader.Load(model, new CpuDevice());
        using var lora = LoraAdapter.Load(decoder, adapter);
        decoder.Attach(lora);
        using var read = GgufDecoder.Load(File, new CpuDevice());

        Assert.InRange(Largest(SmallModels.Logits(decoder), SmallModels.Logits(read)), 0, 5e-5);
    }

    [Theory, MemberData(nameof(SmallModels.Families), MemberType = typeof(SmallModels))]
    public void An_independent_reader_finds_the_published_weights(string family)
    {
        string model = SmallModels.Write(_folder, family);
        Export(model, null, GgufTensorKind.F32);

        using var file = new PlainGguf(File);
        var published = PlainSafetensors.ReadFolder(model);
        double one = family.StartsWith("gemma", StringComparison.Ordinal) ? 1 : 0;

        Assert.Equal(published["model.embed_tokens.weight"].Values, file.Tensors["token_embd.weight"].Numbers);
        Assert.Equal(published["model.norm.weight"].Values.Select(value => (double)(float)(value + one)), file.Tensors["output_norm.weight"].Numbers);
        Assert.Equal(published["model.layers.2.mlp.down_proj.weight"].Values, file.Tensors["blk.2.ffn_down.weight"].Numbers);
        Assert.Equal(published.ContainsKey("lm_head.weight"), file.Tensors.ContainsKey("output.weight"));
        int rotaryTensors = file.Tensors.Keys.Count(name => name.StartsWith("rope_", StringComparison.Ordinal));
        Assert.Equal(published.Count, file.Tensors.Count - rotaryTensors);
    }

    [Fact]
    public void Llamas_queries_are_turned_in_pairs()
    {
        string model = SmallModels.Write(_folder, "llama");
        Export(model, null, GgufTensorKind.F32);

        double[] before = PlainSafetensors.ReadFolder(model)["model.layers.1.self_attn.k_proj.weight"].Values;
        using var file = new PlainGguf(File);
        double[] after = file.Tensors["blk.1.attn_k.weight"].Numbers;

        // Head 1 of width 16: rows 16.. of it; component 3 turns with 11, and 11 stands right behind it.
        Assert.Equal(before[((16 + 3) * 64)..((16 + 4) * 64)], after[((16 + 6) * 64)..((16 + 7) * 64)]);
        Assert.Equal(before[((16 + 11) * 64)..((16 + 12) * 64)], after[((16 + 7) * 64)..((16 + 8) * 64)]);
    }

    [Fact]
    public void Metadata_says_what_the_configuration_says()
    {
        Export(SmallModels.Write(_folder, "gemma3"), null, GgufTensorKind.Q8_0);

        using var file = new PlainGguf(File);
        var values = file.Values;

        Assert.Equal("gemma3", values["general.architecture"]);
        Assert.Equal(7u, values["general.file_type"]);
        Assert.Equal(64u, values["gemma3.embedding_length"]);
        Assert.Equal(2u, values["gemma3.attention.head_count_kv"]);
        Assert.Equal(20u, values["gemma3.attention.key_length"]);
        Assert.Equal(5u, values["gemma3.attention.sliding_window"]);
        Assert.Equal(3u, values["gemma3.attention.sliding_window_pattern"]);
        Assert.Equal(5000f, values["gemma3.rope.freq_base_swa"]);
        Assert.Equal("none", values["tokenizer.ggml.model"]);
    }

    [Theory]
    [InlineData(GgufTensorKind.F16, 1.0 / 2048)]
    [InlineData(GgufTensorKind.BF16, 1.0 / 256)]
    [InlineData(GgufTensorKind.Q8_0, 0.0)]
    public void Matrices_are_stored_as_asked_and_vectors_in_f32(GgufTensorKind kind, double relative)
    {
        string model = SmallModels.Write(_folder, "qwen3");
        Export(model, null, kind);

        using var file = new PlainGguf(File);
        double[] before = PlainSafetensors.ReadFolder(model)["model.layers.0.mlp.gate_proj.weight"].Values;
        var (stored, _, after) = file.Tensors["blk.0.ffn_gate.weight"];

        Assert.Equal((uint)kind, stored);
        Assert.Equal(0u, file.Tensors["blk.0.attn_q_norm.weight"].Kind);
        // Half a step, and what rounding the scale to F16 adds at 127 of them.
        double step = before.Chunk(32).Max(block => block.Max(Math.Abs)) / 127;
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, kind == GgufTensorKind.Q8_0 ? 0.57 * step : Math.Max(1e-7, relative * Math.Abs(pair.First))));
    }

    [Theory]
    [InlineData(GgufTensorKind.F16)]
    [InlineData(GgufTensorKind.BF16)]
    [InlineData(GgufTensorKind.Q8_0)]
    public void Our_reader_widens_what_the_independent_one_widens(GgufTensorKind kind)
    {
        Export(SmallModels.Write(_folder, "qwen2"), null, kind);

        using var plain = new PlainGguf(File);
        using var own = GgufFile.Open(File);
        foreach (var (name, (_, shape, numbers)) in plain.Tensors)
        {
            Assert.Equal(shape, own.Entry(name).Shape);
            Assert.Equal(numbers, own.ReadF32(name).Select(value => (double)value));
        }
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        string model = SmallModels.Write(_folder, "phi3");
        Export(model, null, GgufTensorKind.Q8_0);
        byte[] first = System.IO.File.ReadAllBytes(File);
        Export(model, null, GgufTensorKind.Q8_0);

        Assert.Equal(first, System.IO.File.ReadAllBytes(File));
    }

    void Export(string model, string? adapter, GgufTensorKind kind)
    {
        using var weights = MergedWeights.Open(model, adapter);
        GgufExport.Write(weights, model, File, kind);
    }

    static double Largest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
}
