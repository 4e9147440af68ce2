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

    /// <summary>At least <paramref name="floats"/> floats, aligned to a cache line, with any content.</summary>
    public static float* Floats(long floats) => AtLeast(floats, ref t_buffer);

    /// <summary>The same for the inside of a matrix product, which other kernels call while they use <see cref="Floats"/>.</summary>
    public static float* ProductFloats(long floats) => AtLeast(floats, ref t_products);

    /// <summary>The same for operands that a product lays out once for all tasks of its region; the thread is the region's caller.</summary>
    public static float* SharedFloats(long floats) => AtLeast(floats, ref t_shared);

    static float* AtLeast(long floats, ref NativeBuffer? buffer)
    {
        long bytes = floats * sizeof(float);
        if (buffer is null || buffer.Bytes < bytes)
        {
            buffer?.Dispose();
            buffer = new(bytes);
        }

        return buffer.Floats;
    }
}
