using Hone.Models.Weights;

namespace Hone.Tests.Models.Weights;

public sealed class WeightFilesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_are_one_set_of_tensors()
    {
        using var weights = WeightFiles.Open(GoldenModels.Folder("qwen3-bf16-sharded"));

        Assert.Equal(160016, weights.Names.Sum(name => weights.Entry(name).ElementCount));
        Assert.EndsWith("model-00003-of-00003.safetensors", weights.FileOf("lm_head.weight").Path);
        Assert.Equal([301L, 80L], weights.Entry("lm_head.weight").Shape);
        Assert.Equal(301 * 80 * 2, weights.Bytes("lm_head.weight").Length);
    }

    [Fact]
    public void A_single_file_is_a_set_of_tensors()
    {
        using var weights = WeightFiles.Open(GoldenModels.Folder("qwen3"));

        Assert.Contains("model.norm.weight", weights.Names);
        Assert.Equal(64, weights.ReadF32("model.norm.weight").Length);
        Assert.False(weights.Has("lm_head.weight"));
        Assert.Contains("no tensor 'lm_head.weight'", Assert.Throws<ModelFileException>(() => weights.Entry("lm_head.weight")).Message);
    }

    [Fact]
    public void A_folder_without_weights_is_refused()
    {
        File.WriteAllText(_folder["pytorch_model.bin"], "");

        AssertRefused("has neither model.safetensors nor model.safetensors.index.json", "convert them to safetensors");
    }

    [Theory]
    [InlineData("""{"weight_map":{"x":"a","y":"b.safetensors","z":"c"}}""", "'b.safetensors', which is missing", "'c', which is missing")]
    [InlineData("""{"weight_map":{"y":"a"}}""", "tensor 'y' in 'a', which does not hold it")]
    [InlineData("""{"weight_map":{"x":"../a"}}""", "'../a', which does not lie in the model folder")]
    [InlineData("""{"weight_map":{"x":"/etc/passwd"}}""", "'/etc/passwd', which does not lie")]
    [InlineData("""{"weight_map":{"x":"s/../../a"}}""", "'s/../../a', which does not lie")]
    [InlineData("""{"weight_map":{"x":""}}""", "'', which does not lie")]
    [InlineData("""{"weight_map":{"x":3}}""", "'x' has 3 instead of a file name")]
    [InlineData("""{"weight_map":{"x":"a","x":"a"}}""", "a key twice")]
    [InlineData("""{"weight_map":{"\ud800":"a"}}""", "no JSON")]
    [InlineData("""{"weights":{}}""", "no object 'weight_map'")]
    [InlineData("""[]""", "one JSON object")]
    [InlineData("""{""", "no JSON at line 1")]
    public void A_broken_index_is_refused_with_its_reasons(string index, params string[] reasons)
    {
        SafetensorsWriter.Write(_folder["a"], [TensorContent.I64("x", [1], new long[] { 1 })]);
        File.WriteAllText(_folder[WeightFiles.IndexName], index);

        AssertRefused(reasons);
    }

    void AssertRefused(params string[] reasons)
    {
        var refusal = Assert.Throws<ModelFileException>(() => WeightFiles.Open(_folder.Path).Dispose());

        Assert.All(reasons, reason => Assert.Contains(reason, refusal.Message));
    }
}
