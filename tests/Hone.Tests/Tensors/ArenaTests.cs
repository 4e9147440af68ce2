using Hone.Tensors;

namespace Hone.Tests.Tensors;

public sealed unsafe class ArenaTests : IDisposable
{
    readonly Arena _arena = new();

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void Matrices_do_not_overlap_and_leave_room_to_read_past_their_ends()
    {
        var tensors = Enumerable.Range(1, 300).Select(i => _arena.New(i, 101)).OrderBy(tensor => (nint)tensor.Pointer).ToArray();

        foreach (var (one, next) in tensors.Zip(tensors.Skip(1)))
        {
            Assert.True(one.Pointer + one.Length + 16 <= next.Pointer);
        }

        Assert.All(tensors, tensor => Assert.Equal(0, (nint)tensor.Pointer % 64));
    }

    [Fact]
    public void Released_memory_is_handed_out_again()
    {
        _arena.New(5, 5);
        var mark = _arena.Mark();
        float* first = _arena.New(100, 100).Pointer;
        _arena.New(3000, 1000);

        _arena.Release(mark);

        Assert.True(first == _arena.New(100, 100).Pointer);
    }

    [Fact]
    public void The_second_step_asks_for_no_memory()
    {
        void Step()
        {
            _arena.Reset();
            foreach (int rows in new[] { 10, 3000, 20, 7000, 5 })
            {
                _arena.New(rows, 500);
            }
        }

        Step();
        long bytes = _arena.Bytes;
        Step();

        Assert.Equal(bytes, _arena.Bytes);
    }

    [Fact]
    public void Zeros_are_zero_in_used_memory()
    {
        _arena.New(50, 50).Span.Fill(float.NaN);
        _arena.Reset();

        Assert.All(_arena.Zeros(50, 50).Span.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_disposed_arena_holds_nothing()
    {
        _arena.New(50, 50);

        _arena.Dispose();

        Assert.Equal(0, _arena.Bytes);
    }

    [Fact]
    public void An_arena_that_only_counts_has_the_peak_of_a_real_one()
    {
        using var counting = new Arena(counts: true);
        foreach (var arena in new[] { _arena, counting })
        {
            arena.New(10, 5000);
            var mark = arena.Mark();
            arena.New(3000, 1000);
            arena.Release(mark);
            arena.Zeros(70, 3000);
            arena.Reset();
            arena.New(1, 1);
        }

        Assert.True(_arena.Peak > 3000 * 1000 * sizeof(float));
        Assert.Equal(_arena.Peak, counting.Peak);
    }
}
