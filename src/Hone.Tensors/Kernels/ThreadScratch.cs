namespace Hone.Tensors.Kernels;

/// <summary>Memory of the calling thread for the length of one task: the next caller on this thread gets the same bytes.</summary>
static unsafe class ThreadScratch
{
    [ThreadStatic]
    static NativeBuffer? t_buffer;

    [ThreadStatic]
    static NativeBuffer? t_products;

    [ThreadStatic]
    static NativeBuffer? t_shared;

    [ThreadStatic]
    static NativeBuffer? t_rounded;

    [ThreadStatic]
    static NativeBuffer? t_panel;

    /// <summary>At least <paramref name="floats"/> floats, aligned to a cache line, with any content.</summary>
    public static float* Floats(long floats) => AtLeast(floats * sizeof(float), ref t_buffer).Floats;

    /// <summary>The same for the inside of a matrix product, which other kernels call while they use <see cref="Floats"/>.</summary>
    public static float* ProductFloats(long floats) => AtLeast(floats * sizeof(float), ref t_products).Floats;

    /// <summary>The same for operands that a product lays out once for all tasks of its region; the thread is the region's caller.</summary>
    public static float* SharedFloats(long floats) => AtLeast(floats * sizeof(float), ref t_shared).Floats;

    /// <summary>For the rounded activations of one BF16 product.</summary>
    public static void* Rounded(long bytes) => AtLeast(bytes, ref t_rounded).Pointer;

    /// <summary>For a transposed panel of BF16 weights.</summary>
    public static void* Panel(long bytes) => AtLeast(bytes, ref t_panel).Pointer;

    static NativeBuffer AtLeast(long bytes, ref NativeBuffer? buffer)
    {
        if (buffer is null || buffer.Bytes < bytes)
        {
            buffer?.Dispose();
            buffer = new(bytes);
        }

        return buffer;
    }
}
