using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tests.Support;

namespace Hone.Tests.Models.Weights;

/// <summary>gpt-oss's experts in each form that files keep them in.</summary>
public sealed class FusedExpertsTests : IDisposable
{
    const int E = 3, C = 32, F = 64;

    const string GateUpName = "model.layers.0.mlp.experts.gate_up_proj", DownName = "model.layers.0.mlp.experts.down_proj";

    readonly TemporaryFolder _folder = new();

    // Numbers that F16 and BF16 hold, too: eighths up to 4.
    static float[] GateUp { get; } = Eighths(E * C * 2 * F, seed: 1);

    static float[] Down { get; } = Eighths(E * F * C, seed: 2);

    static float[] GateUpBias { get; } = Eighths(E * 2 * F, seed: 3);

    static float[] DownBias { get; } = Eighths(E * C, seed: 4);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ElementKind.F32, false)]
    [InlineData(ElementKind.F32, true)]
    [InlineData(ElementKind.F16, false)]
    [InlineData(ElementKind.BF16, false)]
    [InlineData(ElementKind.BF16, true)]
    public void Each_expert_has_its_columns_of_the_fused_tensors(ElementKind kind, bool trainable)
    {
        WriteModel(mxfp4: false,
        [
            Tensor(GateUpName, kind, [E, C, 2 * F], GateUp), Tensor(DownName, kind, [E, F, C], Down),
            Tensor(GateUpName + "_bias", kind, [E, 2 * F], GateUpBias), Tensor(DownName + "_bias", kind, [E, C], DownBias),
        ]);

        using var decoder = DecoderLoader.Load(_folder.Path, new CpuDevice(), trainable);

        AssertExperts(decoder);
        Assert.All(Experts(decoder).Where(one => !one.IsVector), one => Assert.Equal(
            kind == ElementKind.BF16 && !trainable ? ElementType.BF16 : ElementType.F32, one.Packed!.ElementType));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mxfp4_is_the_transpose_of_the_plain_tensors(bool trainable)
    {
        WriteModel(mxfp4: true, Mxfp4Tensors());

        using var decoder = DecoderLoader.Load(_folder.Path, new CpuDevice(), trainable);

        float[] gateUp = Decoded(Codes(2 * F * C, 5), 2 * F, C), down = Decoded(Codes(C * F, 6), C, F);
        for (int e = 0; e < E; e++)
        {
            Assert.Equal(Of(F, C, (n, k) => gateUp[(((e * 2 * F) + (2 * n)) * C) + k]), Expert(decoder, e, "gate_proj.weight").Read());
            Assert.Equal(Of(F, C, (n, k) => gateUp[(((e * 2 * F) + (2 * n) + 1) * C) + k]), Expert(decoder, e, "up_proj.weight").Read());
            Assert.Equal(Of(C, F, (n, k) => down[(((e * C) + n) * F) + k]), Expert(decoder, e, "down_proj.weight").Read());
        }
    }

    [Fact]
    public void A_scale_beyond_all_numbers_is_named_with_its_place()
    {
        var tensors = Mxfp4Tensors();
        byte[] scales = Scales(C * F);
        scales[(1 * C * F / 32) + 5] = 255;
        tensors[3] = TensorContent.Bytes(DownName + "_scales", ElementKind.U8, [E, C, F / 32], scales);
        WriteModel(mxfp4: true, tensors);

        var refusal = Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice()));

        using var file = SafetensorsFile.Open(_folder["model.safetensors"]);
        long place = file.Entry(DownName + "_scales").Offset + (C * F / 32) + 5;
        Assert.Contains($"at byte {place}, scale 255 of '{DownName}_scales'", refusal.Message);
    }

    [Theory]
    [InlineData(ElementKind.F32)]
    [InlineData(ElementKind.BF16)]
    public void Numbers_that_are_none_are_found(ElementKind kind)
    {
        float[] down = [.. Down], bias = [.. GateUpBias];
        (down[(2 * F * C) + 7], bias[^1]) = (float.NaN, float.PositiveInfinity);
        WriteModel(mxfp4: false,
        [
            Tensor(GateUpName, kind, [E, C, 2 * F], GateUp), Tensor(DownName, kind, [E, F, C], down),
            Tensor(GateUpName + "_bias", kind, [E, 2 * F], bias), Tensor(DownName + "_bias", kind, [E, C], DownBias),
        ]);

        var refusal = Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice()));

        Assert.Contains($"'{DownName}', '{GateUpName}_bias' hold NaN or infinity", refusal.Message);
    }

    [Fact]
    public void Missing_and_misshapen_tensors_are_named_at_once()
    {
        var tensors = Mxfp4Tensors();
        tensors[0] = TensorContent.Bytes(GateUpName + "_blocks", ElementKind.U8, [E, 2 * F, 1, 8], new byte[E * 2 * F * 8]);
        tensors[3] = TensorContent.F32(DownName + "_scales", [E, C, F / 32], new float[E * C * F / 32]);
        WriteModel(mxfp4: true, tensors[..^1]);

        var refusal = Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice()));

        Assert.Contains($"'{GateUpName}_blocks' is [3, 128, 1, 8]", refusal.Message);
        Assert.Contains($"'{DownName}_scales' is F32, expected U8", refusal.Message);
        Assert.Contains($"'{DownName}_bias' is missing", refusal.Message);
    }

    static void AssertExperts(Decoder decoder)
    {
        for (int e = 0; e < E; e++)
        {
            Assert.Equal(Of(F, C, (n, k) => GateUp[(((e * C) + k) * 2 * F) + (2 * n)]), Expert(decoder, e, "gate_proj.weight").Read());
            Assert.Equal(Of(F, C, (n, k) => GateUp[(((e * C) + k) * 2 * F) + (2 * n) + 1]), Expert(decoder, e, "up_proj.weight").Read());
            Assert.Equal(Of(C, F, (n, k) => Down[(((e * F) + k) * C) + n]), Expert(decoder, e, "down_proj.weight").Read());
            Assert.Equal(Of(F, 1, (n, _) => GateUpBias[(e * 2 * F) + (2 * n)]), Expert(decoder, e, "gate_proj.bias").Read());
            Assert.Equal(Of(F, 1, (n, _) => GateUpBias[(e * 2 * F) + (2 * n) + 1]), Expert(decoder, e, "up_proj.bias").Read());
            Assert.Equal(Of(C, 1, (n, _) => DownBias[(e * C) + n]), Expert(decoder, e, "down_proj.bias").Read());
        }
    }

    static IEnumerable<Parameter> Experts(Decoder decoder) =>
        decoder.Layers[0].FeedForward.Parameters.Where(one => one.Name.Contains(".experts.", StringComparison.Ordinal));

    static Parameter Expert(Decoder decoder, int e, string name) => Experts(decoder).Single(one => one.Name == $"model.layers.0.mlp.experts.{e}.{name}");

    void WriteModel(bool mxfp4, IEnumerable<TensorContent> experts)
    {
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("GptOssForCausalLM"),
            ["model_type"] = "gpt_oss",
            ["vocab_size"] = 11,
            ["hidden_size"] = C,
            ["intermediate_size"] = F,
            ["num_hidden_layers"] = 1,
            ["num_attention_heads"] = 2,
            ["num_key_value_heads"] = 1,
            ["num_local_experts"] = E,
            ["num_experts_per_tok"] = 2,
            ["attention_bias"] = false,
        };
        if (mxfp4)
        {
            config["quantization_config"] = new JsonObject { ["quant_method"] = "mxfp4" };
        }

        File.WriteAllText(_folder["config.json"], config.ToJsonString());
        SafetensorsWriter.Write(_folder["model.safetensors"], [.. experts, .. Others()], new Dictionary<string, string>());
    }

    static IEnumerable<TensorContent> Others()
    {
        (string Name, long[] Shape)[] shapes =
        [
            ("model.embed_tokens.weight", [11, C]), ("lm_head.weight", [11, C]), ("model.norm.weight", [C]),
            ("model.layers.0.input_layernorm.weight", [C]), ("model.layers.0.post_attention_layernorm.weight", [C]),
            ("model.layers.0.self_attn.q_proj.weight", [C, C]), ("model.layers.0.self_attn.k_proj.weight", [C / 2, C]),
            ("model.layers.0.self_attn.v_proj.weight", [C / 2, C]), ("model.layers.0.self_attn.o_proj.weight", [C, C]),
            ("model.layers.0.self_attn.sinks", [2]), ("model.layers.0.mlp.router.weight", [E, C]), ("model.layers.0.mlp.router.bias", [E]),
        ];
        return shapes.Select(one => TensorContent.F32(one.Name, one.Shape, new float[one.Shape.Aggregate(1L, (a, b) => a * b)]));
    }

    static TensorContent[] Mxfp4Tensors() =>
    [
        TensorContent.Bytes(GateUpName + "_blocks", ElementKind.U8, [E, 2 * F, C / 32, 16], Codes(2 * F * C, 5)),
        TensorContent.Bytes(GateUpName + "_scales", ElementKind.U8, [E, 2 * F, C / 32], Scales(2 * F * C)),
        TensorContent.Bytes(DownName + "_blocks", ElementKind.U8, [E, C, F / 32, 16], Codes(C * F, 6)),
        TensorContent.Bytes(DownName + "_scales", ElementKind.U8, [E, C, F / 32], Scales(C * F)),
        TensorContent.F32(GateUpName + "_bias", [E, 2 * F], GateUpBias), TensorContent.F32(DownName + "_bias", [E, C], DownBias),
    ];

    static byte[] Codes(int numbersOfOne, int seed) => [.. Randoms.Integers(E * numbersOfOne / 2, 256, seed).Select(v => (byte)v)];

    static byte[] Scales(int numbersOfOne) => [.. Randoms.Integers(E * numbersOfOne / 32, 20, seed: 7).Select(v => (byte)(117 + v))];

    // By the format's definition, [E · rows, columns].
    static float[] Decoded(byte[] codes, int rows, int columns)
    {
        float[] values = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6];
        byte[] scales = Scales(rows * columns);
        return [.. Enumerable.Range(0, E * rows * columns).Select(i =>
        {
            int code = i % 2 == 0 ? codes[i / 2] & 15 : codes[i / 2] >> 4;
            return values[code & 7] * (code < 8 ? 1 : -1) * MathF.Pow(2, scales[i / 32] - 127);
        })];
    }

    static float[] Of(int rows, int columns, Func<int, int, float> value) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => value(i / columns, i % columns))];

    static float[] Eighths(int count, int seed) => [.. Randoms.Integers(count, 64, seed).Select(v => (v - 32) / 8f)];

    static TensorContent Tensor(string name, ElementKind kind, long[] shape, float[] values) => kind switch
    {
        ElementKind.F32 => TensorContent.F32(name, shape, values),
        ElementKind.BF16 => TensorContent.Bf16(name, shape, values.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).ToArray()),
        _ => TensorContent.Bytes(name, kind, shape, values.SelectMany(v => BitConverter.GetBytes((Half)v)).ToArray()),
    };
}
