using System.Text;
using Hone.Models.Weights;

namespace Hone.Tests.Models.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // header, bytes of data, what the sentence must say. Data begins right after the header.
    public static TheoryData<string, int, string> BrokenHeaders => new()
    {
        { """{"a":""", 0, "at byte 13, the header stops being JSON" },
        { "\u0001\u0002", 0, "at byte 8, the header stops being JSON" },
        { "[]", 0, "is a JSON array, expected an object" },
        { """{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "no valid text" },
        { """{"a":3}""", 0, "'a' is a JSON number" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, "'a' needs dtype, shape and data_offsets" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'a' needs dtype, shape and data_offsets once" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"color":1}}""", 4, "'a' has 'color'" },
        { """{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "'a' has dtype F8_E4M3" },
        { """{"a":{"dtype":"7","shape":[1],"data_offsets":[0,4]}}""", 4, "'a' has dtype 7" },
        { """{"a":{"dtype":5,"shape":[1],"data_offsets":[0,4]}}""", 4, "'a' has dtype 5" },
        { """{"a":{"dtype":"F32","shape":4,"data_offsets":[0,4]}}""", 4, "shape as number" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "'a' has 1.5 in shape" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "'a' has \"1\" in shape" },
        { """{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", 4, "'a' has -1 in shape" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "expected a whole number below 2^63" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "'a' has shape [4294967296, 4294967296]" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "'a' has 4 bytes, but F32 [2] needs 8" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "'a' has 3 data_offsets" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "'a' starts at 4 and ends before that, at 0" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "'a' has -4 in data_offsets" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "'a' ends at 8, but the file holds 7 bytes" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "the file goes on" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' leaves a gap after the header" },
        {
            """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6,
            "'b' overlaps 'a'"
        },
        {
            """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4,
            "the tensor 'a' twice"
        },
        { """{"__metadata__":{"format":1}}""", 0, "'__metadata__' has 'format' as number" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' twice" },
        { """{"__metadata__":{"a":"1","a":"2"}}""", 0, "'__metadata__' has 'a' twice" },
    };

    [Theory, MemberData(nameof(BrokenHeaders))]
    public void A_broken_header_is_refused_with_its_reason(string header, int dataBytes, string reason)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);

        AssertRefused([.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[dataBytes]], reason);
    }

    public static TheoryData<byte[], string> BrokenStarts => new()
    {
        { [], "ends after 0" },
        { [1, 2, 3], "ends after 3" },
        { [9, 0, 0, 0, 0, 0, 0, 0, (byte)'{'], "the header length is 9 bytes, but only 1 follow" },
        { [0, 0, 0, 0, 0, 0, 0, 0], "stops being JSON" },
        { [1, 225, 245, 5, 0, 0, 0, 0], "the header length is 100000001 bytes, but the format allows 100000000" },
        { [255, 255, 255, 255, 255, 255, 255, 255], "but the format allows" },
        { [3, 0, 0, 0, 0, 0, 0, 0, (byte)'"', 0xC3, (byte)'"'], "not UTF-8" },
    };

    [Theory, MemberData(nameof(BrokenStarts))]
    public void A_broken_start_is_refused_with_its_reason(byte[] bytes, string reason) => AssertRefused(bytes, reason);

    [Fact]
    public void A_golden_file_cut_anywhere_is_refused()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(GoldenModels.Folder("lora-qwen3"), "adapter", "adapter_model.safetensors"));

        for (int length = 0; length < whole.Length; length += 997)
        {
            AssertRefused(whole[..length], "at byte");
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var refusal = Assert.Throws<ModelFileException>(() => SafetensorsFile.Open(_folder["none.safetensors"]));

        Assert.StartsWith(_folder["none.safetensors"], refusal.Message);
    }

    [Fact]
    public void Tensors_may_stand_in_the_header_in_another_order_than_in_the_file()
    {
        byte[] json = Encoding.UTF8.GetBytes(
            """{"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}  """);
        File.WriteAllBytes(_folder["a"], [.. BitConverter.GetBytes((long)json.Length), .. json, 1, 2, 3, 4]);

        using var file = SafetensorsFile.Open(_folder["a"]);

        Assert.Equal([3, 4], file.Bytes(file.Entry("b")).ToArray());
    }

    [Fact]
    public void Every_bf16_and_f16_number_is_widened_exactly()
    {
        ushort[] bits = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        byte[] bytes = [.. bits.SelectMany(BitConverter.GetBytes)];
        SafetensorsWriter.Write(_folder["a"],
        [
            TensorContent.Bf16("bf16", [65536], bits),
            TensorContent.Bytes("f16", ElementKind.F16, [65536], bytes),
        ]);

        using var file = SafetensorsFile.Open(_folder["a"]);

        Assert.Equal(bits, file.ReadBf16("bf16"));
        Assert.Equal(bits.Select(b => (uint)b << 16), file.ReadF32("bf16").Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(bits.Select(b => (float)BitConverter.UInt16BitsToHalf(b)), file.ReadF32("f16"));
    }

    [Fact]
    public void Reading_a_tensor_as_another_kind_is_refused()
    {
        SafetensorsWriter.Write(_folder["a"], [TensorContent.I64("ids", [1], new long[] { 7 })]);
        using var file = SafetensorsFile.Open(_folder["a"]);

        Assert.Contains("'ids' is I64, expected F32", Assert.Throws<ModelFileException>(() => file.ReadF32("ids")).Message);
        Assert.Contains("'ids' is I64, expected BF16", Assert.Throws<ModelFileException>(() => file.ReadBf16("ids")).Message);
        Assert.Contains("no tensor 'id'", Assert.Throws<ModelFileException>(() => file.ReadI64("id")).Message);
        Assert.Equal([7L], file.ReadI64("ids"));
    }

    [Fact]
    public void A_disposed_file_gives_no_bytes()
    {
        SafetensorsWriter.Write(_folder["a"], [TensorContent.I64("ids", [1], new long[] { 7 })]);
        var file = SafetensorsFile.Open(_folder["a"]);
        file.Dispose();
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.ReadI64("ids"));
    }

    void AssertRefused(byte[] bytes, string reason)
    {
        string path = _folder["broken.safetensors"];
        File.WriteAllBytes(path, bytes);

        var refusal = Assert.Throws<ModelFileException>(() => SafetensorsFile.Open(path).Dispose());

        Assert.StartsWith($"{path}: ", refusal.Message);
        Assert.Contains(reason, refusal.Message);
    }
}
