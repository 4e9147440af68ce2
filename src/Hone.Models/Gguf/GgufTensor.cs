namespace Hone.Models.Gguf;

/// <summary>A tensor to be written: its numbers are asked for when its turn comes, so that one tensor at a time is in memory.</summary>
/// <param name="Name">llama.cpp's name.</param>
/// <param name="Shape">Row-major, as safetensors has it; the file lists it the other way round.</param>
/// <param name="Read">Gives the numbers in F32.</param>
sealed record GgufTensor(string Name, GgufTensorKind Kind, long[] Shape, Func<float[]> Read)
{
    public long Elements => Shape.Aggregate(1L, (count, dimension) => count * dimension);

    public long Bytes => Elements / Kind.BlockLength() * Kind.BlockBytes();
}
