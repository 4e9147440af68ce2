namespace Hone.Tensors.Kernels;

/// <summary>Memory of the calling thread for the length of one task: the next caller on this thread gets the same bytes.</summary>
static unsafe class ThreadScratch
{
    [ThreadStatic]
    static NativeBuffer? t_buffer;

    /// <summary>At least <paramref name="floats"/> floats, aligned to a cache line, with any content.</summary>
    public static float* Floats(long floats)
    {
        long bytes = floats * sizeof(float);
        if (t_buffer is null || t_buffer.Bytes < bytes)
        {
            t_buffer?.Dispose();
            t_buffer = new(bytes);
        }

        return t_buffer.Floats;
    }
}
