using Hone.Models;
using Hone.Tensors.Kernels;

namespace Hone.Tests.Models;

public sealed class KeyValueCacheTests : IDisposable
{
    readonly KeyValueCache _cache = new(new AttentionShape(2, 1, 20, 1), layers: 2, pages: 5);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Every_page_is_handed_out_once()
    {
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(_ => _cache.Take()).Order());
        Assert.Equal(0, _cache.FreePages);
    }

    [Fact]
    public void A_full_cache_says_so()
    {
        for (int i = 0; i < 5; i++)
        {
            _cache.Take();
        }

        var failure = Assert.Throws<InvalidOperationException>(() => _cache.Take());

        Assert.Contains("All 5 pages", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Returned_pages_can_be_taken_again()
    {
        int[] taken = [_cache.Take(), _cache.Take(), _cache.Take()];

        _cache.Return(taken.AsSpan(1));

        Assert.Equal(4, _cache.FreePages);
        _cache.ReturnAll();
        Assert.Equal(5, _cache.FreePages);
    }

    [Fact]
    public unsafe void A_copied_page_has_the_same_keys_and_values_in_every_layer()
    {
        int page = _cache.Take();
        for (int layer = 0; layer < 2; layer++)
        {
            new Span<float>(_cache.Layer(layer).Keys + (page * 320), 320).Fill(1 + layer);
            new Span<float>(_cache.Layer(layer).Values + (page * 512), 512).Fill(3 + layer);
        }

        int copy = _cache.Copy(page);

        Assert.NotEqual(page, copy);
        for (int layer = 0; layer < 2; layer++)
        {
            Assert.Equal(1 + layer, _cache.Layer(layer).Keys[(copy * 320) + 319]);
            Assert.Equal(3 + layer, _cache.Layer(layer).Values[(copy * 512) + 511]);
        }
    }
}
