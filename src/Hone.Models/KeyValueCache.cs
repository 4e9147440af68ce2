using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models;

/// <summary>
/// Pages of keys and values of all layers. A page number means the same 16 positions of a sequence in every layer; a prompt's pages are
/// shared by its completions. A page takes memory once it was used: the number of pages is a bound, not a cost.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    readonly AttentionShape _shape;
    readonly int _layers;
    readonly NativeBuffer _keys;
    readonly NativeBuffer _values;
    readonly Stack<int> _free;

    public KeyValueCache(AttentionShape shape, int layers, int pages)
    {
        _shape = shape;
        Pages = pages;
        _layers = layers;
        _keys = new NativeBuffer((long)layers * pages * shape.TransposedPage * sizeof(float), clear: false);
        _values = new NativeBuffer((long)layers * pages * shape.PlainPage * sizeof(float), clear: false);
        _free = new Stack<int>(pages);
        ReturnAll();
    }

    public int Pages { get; }

    public int FreePages => _free.Count;

    /// <summary>Pages that were ever used: those for which the system has given memory.</summary>
    public int PeakPages { get; private set; }

    /// <summary>Bytes of a page in all layers.</summary>
    public static long BytesPerPage(in AttentionShape shape, int layers) =>
        (long)layers * (shape.TransposedPage + shape.PlainPage) * sizeof(float);

    public unsafe KeyValuePages Layer(int layer) => new(
        _keys.Floats + ((long)layer * Pages * _shape.TransposedPage), _values.Floats + ((long)layer * Pages * _shape.PlainPage));

    /// <summary>The page that was returned last, else the lowest that was never used.</summary>
    public int Take()
    {
        if (!_free.TryPop(out int page))
        {
            throw new InvalidOperationException($"All {Pages} pages of the key/value cache are in use.");
        }

        PeakPages = Math.Max(PeakPages, page + 1);
        return page;
    }

    public void Return(ReadOnlySpan<int> pages)
    {
        foreach (int page in pages)
        {
            _free.Push(page);
        }
    }

    /// <summary>No sequence is left: every page is free, in the order of a new cache.</summary>
    public void ReturnAll()
    {
        _free.Clear();
        for (int page = Pages - 1; page >= 0; page--)
        {
            _free.Push(page);
        }
    }

    /// <summary>A page of its own with the same contents, for a completion that goes on where its prompt's last page ends.</summary>
    public int Copy(int page)
    {
        int copy = Take();
        for (int layer = 0; layer < _layers; layer++)
        {
            Layer(layer).CopyPage(_shape, page, copy);
        }

        return copy;
    }

    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }
}
