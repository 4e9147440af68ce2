using Hone.Models.Weights;

namespace Hone.Tests.Models.Weights;

public sealed class SafetensorsWriterTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qwen3/model.safetensors")]
    [InlineData("llama3/expected.safetensors")]
    [InlineData("qwen3-bf16-sharded/model-00002-of-00003.safetensors")]
    [InlineData("lora-qwen3/adapter/adapter_model.safetensors")]
    public void A_file_of_the_reference_library_is_written_back_byte_for_byte(string name)
    {
        string original = GoldenModels.Folder(name);
        using (var file = SafetensorsFile.Open(original))
        {
            var tensors = file.Tensors.Values
                .Select(e => TensorContent.Bytes(e.Name, e.Kind, e.Shape, file.Bytes(e).ToArray()))
                .Reverse();
            SafetensorsWriter.Write(_folder["copy"], tensors, file.Metadata.Count > 0 ? file.Metadata : null);
        }

        Assert.True(File.ReadAllBytes(original).AsSpan().SequenceEqual(File.ReadAllBytes(_folder["copy"])));
    }

    [Fact]
    public void Every_kind_scalars_and_empty_tensors_survive_a_round_trip()
    {
        var kinds = Enum.GetValues<ElementKind>();
        SafetensorsWriter.Write(
            _folder["a"],
            [
                .. kinds.Select(k => TensorContent.Bytes($"{k} ü\"\\", k, [3, 1], Pattern(3 * k.Width()))),
                TensorContent.F32("scalar", [], new[] { 2.5f }),
                TensorContent.F32("empty", [4, 0], Array.Empty<float>()),
            ],
            new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });

        using var file = SafetensorsFile.Open(_folder["a"]);

        Assert.Equal(kinds.Length + 2, file.Tensors.Count);
        Assert.All(kinds, k => Assert.Equal(Pattern(3 * k.Width()), file.Bytes(file.Entry($"{k} ü\"\\")).ToArray()));
        Assert.All(file.Tensors.Values, e => Assert.Equal(0, e.Offset % e.Kind.Width()));
        Assert.Equal([2.5f], file.ReadF32("scalar"));
        Assert.Empty(file.ReadF32("empty"));
        Assert.Equal([4L, 0L], file.Entry("empty").Shape);
        Assert.Equal("1", file.Metadata["a"]);
    }

    [Fact]
    public void A_file_without_tensors_can_be_written_and_read()
    {
        SafetensorsWriter.Write(_folder["a"], []);

        using var file = SafetensorsFile.Open(_folder["a"]);

        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        SafetensorsWriter.Write(_folder["a"], [TensorContent.I64("x", [1], new long[] { 1 })]);
        byte[] before = File.ReadAllBytes(_folder["a"]);

        Assert.Throws<ArgumentException>(
            () => SafetensorsWriter.Write(_folder["a"], [TensorContent.I64("x", [2], new long[] { 1 })]));

        Assert.Equal(before, File.ReadAllBytes(_folder["a"]));
    }

    [Fact]
    public void A_name_is_written_once()
    {
        var x = TensorContent.I64("x", [1], new long[] { 1 });

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(_folder["a"], [x, x]));
    }

    [Fact]
    public void A_finished_write_leaves_no_temporary_file()
    {
        SafetensorsWriter.Write(_folder["a"], [TensorContent.I64("x", [1], new long[] { 1 })]);

        Assert.Equal([_folder["a"]], Directory.GetFiles(_folder.Path));
    }

    static byte[] Pattern(int count) => [.. Enumerable.Range(1, count).Select(i => (byte)i)];
}
