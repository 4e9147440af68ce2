namespace Hone.Tensors.Kernels;

/// <summary>Memory of the calling thread for BF16 products: beside <see cref="ThreadScratch"/>, which a task around a product may be using.</summary>
static unsafe class Bf16Scratch
{
    [ThreadStatic]
    static NativeBuffer? t_rounded;

    [ThreadStatic]
    static NativeBuffer? t_panel;

    /// <summary>For the rounded activations of one product.</summary>
    public static void* Rounded(long bytes) => AtLeast(ref t_rounded, bytes);

    /// <summary>For a transposed panel of weights.</summary>
    public static void* Panel(long bytes) => AtLeast(ref t_panel, bytes);

    static void* AtLeast(ref NativeBuffer? buffer, long bytes)
    {
        if (buffer is null || buffer.Bytes < bytes)
        {
            buffer?.Dispose();
            buffer = new(bytes);
        }

        return buffer.Pointer;
    }
}
