using Hone.Models.Configuration;
using Hone.Models.Weights;

namespace Hone.Tests.Models.Configuration;

public sealed class DecoderTensorsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    [InlineData("lora-qwen3")]
    [InlineData("qwen3-bf16-sharded")]
    public void Names_and_shapes_are_those_of_published_files(string name)
    {
        var config = DecoderConfigReader.Read(GoldenModels.Folder(name));
        using var weights = WeightFiles.Open(GoldenModels.Folder(name));

        TensorCheck.Run(config, weights);

        Assert.Equal(weights.Names, DecoderTensors.All(config).Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Missing_misshapen_and_superfluous_tensors_are_named_together()
    {
        var config = DecoderConfigReader.Read(GoldenModels.Folder("qwen3"));
        using (var golden = WeightFiles.Open(GoldenModels.Folder("qwen3")))
        {
            SafetensorsWriter.Write(
                _folder["model.safetensors"],
                [
                    .. DecoderTensors.All(config)
                        .Where(t => t.Name != "model.layers.1.self_attn.q_norm.weight" && t.Name != DecoderTensors.FinalNorm)
                        .Select(t => TensorContent.F32(t.Name, t.Shape, golden.ReadF32(t.Name))),
                    TensorContent.F32(DecoderTensors.FinalNorm, [63], new float[63]),
                    TensorContent.F32("model.layers.0.self_attn.q_proj.bias", [80], new float[80]),
                    TensorContent.F32("model.layers.0.self_attn.rotary_emb.inv_freq", [10], new float[10]),
                    TensorContent.F32(DecoderTensors.Head, [301, 64], new float[301 * 64]),
                ]);
        }

        using var weights = WeightFiles.Open(_folder.Path);
        var refusal = Assert.Throws<ModelFileException>(() => TensorCheck.Run(config, weights));

        Assert.Equal(
            [
                "tensor 'model.layers.1.self_attn.q_norm.weight' is missing.",
                "tensor 'model.norm.weight' is [63], but config.json needs [64].",
                "tensor 'model.layers.0.self_attn.q_proj.bias' has no place in a qwen3 model of config.json's form.",
            ],
            refusal.Problems);
    }
}
