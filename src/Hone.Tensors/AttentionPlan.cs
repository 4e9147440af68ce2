using System.Runtime.InteropServices;
using Hone.Tensors.Kernels;

namespace Hone.Tensors;

/// <summary>
/// Which keys each query row of a batch sees. Keys and values lie in pages of <see cref="PageSize"/> positions, anchored at position 0
/// of their sequence; a completion shares the full pages of its prompt and holds a copy of the partial last one.
/// </summary>
/// <remarks>
/// The same plan describes prefill, decode and training, so that a query walks the same blocks in all three. A row at position p sees
/// positions 0..p of its segment's pages.
/// </remarks>
public sealed class AttentionPlan
{
    /// <summary>Positions in a page: the 16 lanes of a block of scores.</summary>
    public const int PageSize = 16;

    // With fewer tasks than this, sequences go one by one although they share a prompt: enough for some threads comes first.
    const int EnoughTasks = 16;

    readonly List<Segment> _segments = [];
    readonly List<int> _pages = [];
    readonly List<Placement> _placements = [];
    readonly List<QueryTask> _tasks = [];
    readonly List<int> _groupSegments = [];
    (int RowsPerTask, int KeyValueHeads)? _tasksAreFor;
    int _transientPages;

    /// <summary>Consecutive query rows of one sequence.</summary>
    /// <param name="Row">First query row in the batch.</param>
    /// <param name="Count">Query rows.</param>
    /// <param name="FirstPosition">Position of the first query row.</param>
    /// <param name="PageOffset">Where this segment's page numbers begin in <see cref="Pages"/>.</param>
    /// <param name="PrefixRow">Batch row of position 0 when the prefix travels in the same batch (training), else −1.</param>
    public readonly record struct Segment(int Row, int Count, int FirstPosition, int PageOffset, int PrefixRow)
    {
        /// <summary>Batch row that holds the key of a position (training only).</summary>
        public int RowOf(int position) => position < FirstPosition ? PrefixRow + position : Row + position - FirstPosition;
    }

    /// <summary>Row <paramref name="Row"/> of the batch's keys and values goes to lane <paramref name="Slot"/> % 16 of page Slot / 16.</summary>
    public readonly record struct Placement(int Row, int Slot);

    /// <summary>
    /// Query rows of one task: <paramref name="Rows"/> rows of a segment from <paramref name="Start"/> on, or all rows of several segments
    /// that share their first pages.
    /// </summary>
    /// <param name="Segment">The first segment.</param>
    /// <param name="Segments">Segments in the task.</param>
    /// <param name="Start">First row, counted from the segment's first; 0 with several segments.</param>
    /// <param name="Rows">Rows of all segments together.</param>
    /// <param name="SharedPages">Full pages that all rows of all segments see; 0 with one segment.</param>
    public readonly record struct QueryTask(int Segment, int Segments, int Start, int Rows, int SharedPages);

    public ReadOnlySpan<Segment> SegmentSpan => CollectionsMarshal.AsSpan(_segments);

    public ReadOnlySpan<int> Pages => CollectionsMarshal.AsSpan(_pages);

    public ReadOnlySpan<Placement> Placements => CollectionsMarshal.AsSpan(_placements);

    /// <summary>The tasks that <see cref="TasksFor"/> made.</summary>
    public ReadOnlySpan<QueryTask> Tasks => CollectionsMarshal.AsSpan(_tasks);

    /// <summary>First segment of each group, and one past the last: a group's key gradients are summed by one task.</summary>
    public ReadOnlySpan<int> GroupSegments => CollectionsMarshal.AsSpan(_groupSegments);

    /// <summary>Pages that a batch without a cache needs for itself.</summary>
    public int TransientPages => _transientPages;

    /// <summary>Page numbers of a segment, from its position 0.</summary>
    public ReadOnlySpan<int> PagesOf(int segment) => Pages[SegmentSpan[segment].PageOffset..];

    /// <summary>Forgets all rows; the memory stays for the next ones.</summary>
    public void Clear()
    {
        _segments.Clear();
        _pages.Clear();
        _placements.Clear();
        _groupSegments.Clear();
        _tasksAreFor = null;
        _transientPages = 0;
    }

    /// <summary>Cuts the rows into tasks for one key/value head each, and returns their number. They follow from the rows and the heads alone.</summary>
    public int TasksFor(in AttentionShape shape)
    {
        var heads = (shape.RowsPerTask, shape.KeyValueHeads);
        if (_tasksAreFor == heads)
        {
            return _tasks.Count;
        }

        _tasksAreFor = heads;
        _tasks.Clear();
        int most = shape.RowsPerTask;
        int together = Math.Clamp(_segments.Count * shape.KeyValueHeads / EnoughTasks, 1, most);
        for (int s = 0; s < _segments.Count; s++)
        {
            if (!Join(s, together))
            {
                AddTasks(s, most);
            }
        }

        return _tasks.Count;
    }

    /// <summary>Adds rows that continue a cached sequence; <paramref name="pages"/> must already hold room for the new positions.</summary>
    public void AddCached(int row, int count, int firstPosition, IReadOnlyList<int> pages)
    {
        int needed = PagesFor(firstPosition + count);
        Add(new Segment(row, count, firstPosition, _pages.Count, -1));
        for (int i = 0; i < needed; i++)
        {
            _pages.Add(pages[i]);
        }

        for (int i = 0; i < count; i++)
        {
            Place(row + i, pages, firstPosition + i);
        }
    }

    /// <summary>
    /// Adds one group whose prompt and completions are all in the batch: the prompt's rows first, then each completion's. Pages are the
    /// batch's own.
    /// </summary>
    public void AddGroup(int row, int promptLength, IReadOnlyList<int> completionLengths)
    {
        if (_groupSegments.Count == 0)
        {
            _groupSegments.Add(_segments.Count);
        }

        int[] promptPages = NewPages(PagesFor(promptLength));
        AddOwned(row, promptLength, 0, promptPages, -1);
        int next = row + promptLength;
        foreach (int length in completionLengths)
        {
            AddCompletion(row, promptLength, promptPages, next, length);
            next += length;
        }

        _groupSegments.Add(_segments.Count);
    }

    public static int PagesFor(int positions) => (positions + PageSize - 1) / PageSize;

    void AddCompletion(int promptRow, int promptLength, int[] promptPages, int row, int length)
    {
        if (length == 0)
        {
            return;
        }

        int shared = promptLength / PageSize;
        int[] own = NewPages(PagesFor(promptLength + length) - shared);
        int[] pages = [.. promptPages[..shared], .. own];
        for (int position = shared * PageSize; position < promptLength; position++)
        {
            Place(promptRow + position, pages, position);
        }

        AddOwned(row, length, promptLength, pages, promptRow);
    }

    void AddOwned(int row, int count, int firstPosition, int[] pages, int prefixRow)
    {
        Add(new Segment(row, count, firstPosition, _pages.Count, prefixRow));
        _pages.AddRange(pages);
        for (int i = 0; i < count; i++)
        {
            Place(row + i, pages, firstPosition + i);
        }
    }

    void Add(Segment segment)
    {
        _segments.Add(segment);
        _tasksAreFor = null;
    }

    // One segment's rows.
    void AddTasks(int segment, int rowsPerTask)
    {
        int rows = _segments[segment].Count;
        for (int start = 0; start < rows; start += rowsPerTask)
        {
            _tasks.Add(new QueryTask(segment, 1, start, Math.Min(rowsPerTask, rows - start), 0));
        }
    }

    // Puts a whole segment into the last task, if that one holds whole segments, has room, and shares a block of pages with it.
    bool Join(int segment, int mostRows)
    {
        int rows = _segments[segment].Count;
        if (_tasks.Count == 0 || _tasks[^1].Rows + rows > mostRows || _tasks[^1].Start > 0)
        {
            return false;
        }

        var task = _tasks[^1];
        int shared = SharedPages(task.Segment, segment, task.Segments == 1 ? int.MaxValue : task.SharedPages);
        if (shared * PageSize < AttentionProducts.Block)
        {
            return false;
        }

        _tasks[^1] = new QueryTask(task.Segment, task.Segments + 1, 0, task.Rows + rows, shared);
        return true;
    }

    // First pages that two segments have in common and all their rows see in full.
    int SharedPages(int one, int other, int most)
    {
        most = Math.Min(most, (Math.Min(_segments[one].FirstPosition, _segments[other].FirstPosition) + 1) / PageSize);
        ReadOnlySpan<int> a = PagesOf(one), b = PagesOf(other);
        int shared = 0;
        while (shared < most && a[shared] == b[shared])
        {
            shared++;
        }

        return shared;
    }

    void Place(int row, IReadOnlyList<int> pages, int position) =>
        _placements.Add(new Placement(row, (pages[position / PageSize] * PageSize) + (position % PageSize)));

    int[] NewPages(int count)
    {
        int first = _transientPages;
        _transientPages += count;
        return [.. Enumerable.Range(first, count)];
    }
}
