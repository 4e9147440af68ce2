using System.Text;
using Hone.Models.Export;
using Hone.Models.Gguf;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tests.Models.Export;

namespace Hone.Tests.Models.Gguf;

public sealed class DamagedGgufTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly byte[] _whole;

    public DamagedGgufTests()
    {
        string model = SmallModels.Write(_folder, "llama3");
        using var weights = MergedWeights.Open(model, null);
        GgufExport.Write(weights, model, _folder["whole.gguf"], GgufTensorKind.Q8_0);
        _whole = File.ReadAllBytes(_folder["whole.gguf"]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "the file ends")]
    [InlineData(23, "the file ends")]
    [InlineData(40, "truncated")]
    [InlineData(3000, "truncated")]
    public void A_truncated_file_is_refused(int length, string reason) => Assert.Contains(reason, Refusal(_whole[..length]).Message);

    [Fact]
    public void A_file_that_lacks_the_end_of_its_last_tensor_is_refused() =>
        Assert.Contains("the file is truncated or damaged", Refusal(_whole[..^64]).Message);

    [Theory]
    [InlineData(0, 0x58, "does not begin with GGUF")]
    [InlineData(4, 0x09, "the version is 9")]
    [InlineData(15, 0x7F, "the number of tensors is")]
    [InlineData(23, 0x7F, "the number of metadata values is")]
    [InlineData(31, 0x7F, "the length of a key of the metadata is")]
    public void A_lying_head_is_refused(int at, byte value, string reason) =>
        Assert.Contains(reason, Refusal(Changed(at, value)).Message);

    [Fact]
    public void All_missing_tensors_are_named_at_once()
    {
        // Two tensors get other names, so that two are missing and two have no place.
        byte[] bytes = [.. _whole];
        foreach (string name in new[] { "blk.0.attn_q.weight", "blk.2.ffn_up.weight" })
        {
            bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name))] = (byte)'x';
        }

        var refusal = Refusal(bytes);

        Assert.Equal(4, refusal.Problems.Count);
        Assert.Contains("tensor 'blk.0.attn_q.weight' is missing.", refusal.Problems);
        Assert.Contains("tensor 'xlk.2.ffn_up.weight' has no place in the model.", refusal.Problems);
    }

    [Fact]
    public void Numbers_that_are_none_are_named_with_their_tensors()
    {
        long offset;
        File.WriteAllBytes(_folder["damaged.gguf"], _whole);
        using (var file = GgufFile.Open(_folder["damaged.gguf"]))
        {
            offset = file.Entry("output_norm.weight").Offset;
        }

        byte[] bytes = [.. _whole];
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, offset);

        Assert.Contains("tensor 'output_norm.weight' holds NaN or infinity", Refusal(bytes).Message);
    }

    [Fact]
    public void Lists_longer_than_any_vocabulary_are_not_made()
    {
        // One list of seventeen million bytes, each of which would become an object.
        byte[] key = "k"u8.ToArray();
        const int Count = (1 << 24) + 1;
        byte[] bytes =
        [
            .. "GGUF"u8, .. BitConverter.GetBytes(3), .. new byte[8], .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(1L), .. key,
            .. BitConverter.GetBytes(9), .. BitConverter.GetBytes(0), .. BitConverter.GetBytes((long)Count), .. new byte[Count],
        ];

        Assert.Contains("16777217 items", Refusal(bytes).Message);
    }

    [Fact]
    public void Another_architecture_is_refused_by_name()
    {
        byte[] bytes = [.. _whole];
        bytes[bytes.AsSpan().IndexOf("llama"u8)] = (byte)'b';

        Assert.Contains("general.architecture is 'blama'; Hone reads llama,", Refusal(bytes).Message);
    }

    [Fact]
    public void No_changed_byte_of_the_head_does_more_than_be_refused()
    {
        var random = new Random(5);
        int head = _whole.AsSpan().IndexOf("blk.2.ffn_down.weight"u8) + 64;
        for (int i = 0; i < 400; i++)
        {
            byte[] bytes = Changed(random.Next(head), (byte)random.Next(256));
            File.WriteAllBytes(_folder["changed.gguf"], bytes);
            try
            {
                GgufDecoder.Load(_folder["changed.gguf"], new CpuDevice()).Dispose();
            }
            catch (ModelFileException)
            {
                // A changed byte that matters.
            }
        }
    }

    byte[] Changed(int at, byte value)
    {
        byte[] bytes = [.. _whole];
        bytes[at] = value;
        return bytes;
    }

    ModelFileException Refusal(byte[] bytes)
    {
        File.WriteAllBytes(_folder["damaged.gguf"], bytes);
        return Assert.Throws<ModelFileException>(() => GgufDecoder.Load(_folder["damaged.gguf"], new CpuDevice()));
    }
}
