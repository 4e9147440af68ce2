using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models;

/// <summary>
/// Pages of keys and values of all layers. A page number means the same 16 positions of a sequence in every layer; a prompt's pages are
/// shared by its completions.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    readonly AttentionShape _shape;
    readonly (NativeBuffer Keys, NativeBuffer Values)[] _layers;
    readonly Stack<int> _free;

    public KeyValueCache(AttentionShape shape, int layers, int pages)
    {
        _shape = shape;
        Pages = pages;
        _layers = [.. Enumerable.Range(0, layers).Select(_ => (
            new NativeBuffer((long)pages * shape.TransposedPage * sizeof(float)),
            new NativeBuffer((long)pages * shape.PlainPage * sizeof(float))))];
        _free = new Stack<int>(pages);
        ReturnAll();
    }

    public int Pages { get; }

    public int FreePages => _free.Count;

    public unsafe KeyValuePages Layer(int layer) => new(_layers[layer].Keys.Floats, _layers[layer].Values.Floats);

    public int Take() =>
        _free.TryPop(out int page) ? page : throw new InvalidOperationException($"All {Pages} pages of the key/value cache are in use.");

    public void Return(IEnumerable<int> pages)
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
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            Layer(layer).CopyPage(_shape, page, copy);
        }

        return copy;
    }

    public void Dispose()
    {
        foreach (var (keys, values) in _layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }
}
