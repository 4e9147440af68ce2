namespace Hone.Text.Models;

/// <summary>A binary heap of (rank, place): the lowest rank first, leftmost among equals.</summary>
sealed class RankQueue(int capacity)
{
    // Rank and place in one word, so that one comparison orders both.
    ulong[] _heap = new ulong[Math.Max(capacity, 16)];
    int _count;

    public void Add(int rank, int place)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        ulong entry = (ulong)(uint)rank << 32 | (uint)place;
        int at = _count++;
        while (at > 0 && _heap[(at - 1) / 2] > entry)
        {
            _heap[at] = _heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _heap[at] = entry;
    }

    public bool TryTake(out int rank, out int place)
    {
        (rank, place) = ((int)(_heap[0] >> 32), (int)(uint)_heap[0]);
        if (_count == 0)
        {
            return false;
        }

        ulong entry = _heap[--_count];
        int at = 0;
        for (int child = 1; child < _count; child = 2 * at + 1)
        {
            child += child + 1 < _count && _heap[child + 1] < _heap[child] ? 1 : 0;
            if (_heap[child] >= entry)
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = entry;
        return true;
    }
}
