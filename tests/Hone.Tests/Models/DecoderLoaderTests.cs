using System.Runtime.InteropServices;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Tests.Models;

public sealed class DecoderLoaderTests : IDisposable
{
    const string Config = DecoderConfigReader.ConfigName;

    readonly TemporaryFolder _folder = new();
    readonly string _golden = GoldenModels.Folder("qwen3");

    public DecoderLoaderTests() => File.Copy(Path.Combine(_golden, Config), _folder[Config]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Tensors_with_numbers_that_are_none_are_named_together(float number)
    {
        Write((name, values) => values[^1] = name.EndsWith("0.mlp.up_proj.weight") || name == "model.norm.weight" ? number : values[^1]);

        var refusal = Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice()));

        Assert.Contains("'model.layers.0.mlp.up_proj.weight', 'model.norm.weight' hold NaN or infinity", refusal.Message);
        Assert.Single(refusal.Problems);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void F16_weights_are_widened_exactly(bool trainable)
    {
        SafetensorsWriter.Write(_folder[WeightFiles.SingleName], Tensors().Select(tensor =>
        {
            Half[] halves = [.. tensor.Values.Select(value => (Half)value)];
            return TensorContent.Bytes(tensor.Name, ElementKind.F16, tensor.Shape, MemoryMarshal.AsBytes<Half>(halves).ToArray());
        }));

        using var decoder = DecoderLoader.Load(_folder.Path, new CpuDevice(), trainable);

        var expected = Tensors().ToDictionary(tensor => tensor.Name, tensor => tensor.Values);
        Assert.All(decoder.Parameters, parameter => Assert.Equal(expected[parameter.Name].Select(value => (float)(Half)value), parameter.Read()));
    }

    [Theory]
    [InlineData(WeightFiles.SingleName)]
    [InlineData(Config)]
    public void A_link_that_leads_out_of_the_folder_is_refused(string file)
    {
        Write((_, _) => { });
        File.Delete(_folder[file]);
        File.CreateSymbolicLink(_folder[file], Path.Combine(_golden, file));

        var refusal = Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice()));

        Assert.Contains("lies outside of the model folder", refusal.Message);
    }

    [Fact]
    public void Links_that_follow_one_another_for_ever_are_refused()
    {
        Write((_, _) => { });
        File.Delete(_folder[Config]);
        File.CreateSymbolicLink(_folder[Config], _folder["other"]);
        File.CreateSymbolicLink(_folder["other"], _folder[Config]);

        Assert.Contains("more than 40 links", Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice())).Message);
    }

    [Fact]
    public void A_folder_of_a_cache_whose_files_are_links_into_its_store_is_read()
    {
        Write((_, _) => { });
        string store = Directory.CreateDirectory(_folder["blobs"]).FullName, snapshot = Directory.CreateDirectory(_folder["snapshots/one"]).FullName;
        foreach (string file in new[] { Config, WeightFiles.SingleName })
        {
            File.Move(_folder[file], Path.Combine(store, file + ".blob"));
            File.CreateSymbolicLink(Path.Combine(snapshot, file), Path.Combine("..", "..", "blobs", file + ".blob"));
        }

        using var decoder = DecoderLoader.Load(snapshot, new CpuDevice());

        Assert.Equal(2, decoder.Layers.Count);
    }

    [Fact]
    public void Norms_that_add_one_are_written_as_they_were_read()
    {
        var config = DecoderConfigReader.Read(_golden) with { NormAddsOne = true };
        float[] values = [.. Enumerable.Range(0, 64).Select(i => (float)BitConverter.UInt32BitsToSingle((uint)(0x3F00 + i) << 16) - 0.6f)];
        using var parameter = Parameter.Vector("model.norm.weight", [.. values.Select(value => value + 1)]);

        float[] published = DecoderWriter.Published(config, parameter);

        Assert.Equal(values.Select(value => value + 1), published.Select(value => value + 1));
    }

    void Write(Action<string, float[]> change) => SafetensorsWriter.Write(_folder[WeightFiles.SingleName], Tensors().Select(tensor =>
    {
        change(tensor.Name, tensor.Values);
        return TensorContent.F32(tensor.Name, tensor.Shape, tensor.Values);
    }));

    (string Name, long[] Shape, float[] Values)[] Tensors()
    {
        using var files = WeightFiles.Open(_golden);
        return [.. files.Names.Select(name => (name, files.Entry(name).Shape, files.ReadF32(name)))];
    }
}
