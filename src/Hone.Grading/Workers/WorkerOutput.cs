using System.Text;

namespace Hone.Grading.Workers;

/// <summary>What a worker writes: lines of answers, and the end of what it wrote beside them. Counted, so that it can be bounded.</summary>
/// <remarks>Each stream has a thread of its own, which ends with the stream. A line longer than the bound is never kept whole.</remarks>
sealed class WorkerOutput(long bytesPerCall, Action overrun)
{
    const int TailBytes = 2048;

    readonly object _gate = new();
    readonly Queue<string> _lines = [];
    readonly byte[] _tail = new byte[TailBytes];
    long _tailEnd;
    long _bytes;
    bool _ended;

    /// <summary>Starts to read: answers from the one, remarks from the other.</summary>
    public void Read(Stream answers, Stream remarks)
    {
        Start(() => ReadLines(answers), "answers");
        Start(() => ReadTail(remarks), "remarks");
    }

    /// <summary>A call begins: what was written before it does not count.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            (_bytes, _tailEnd) = (0, 0);
            _lines.Clear();
        }
    }

    /// <summary>Waits for the next line; null once the stream has ended.</summary>
    public string? Next()
    {
        lock (_gate)
        {
            while (_lines.Count == 0 && !_ended)
            {
                Monitor.Wait(_gate);
            }

            return _lines.TryDequeue(out string? line) ? line : null;
        }
    }

    /// <summary>No more lines come, whatever the stream does.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The end of the remarks, as one line.</summary>
    public string Tail()
    {
        lock (_gate)
        {
            int length = (int)Math.Min(_tailEnd, TailBytes);
            byte[] bytes = [.. Enumerable.Range(0, length).Select(i => _tail[(_tailEnd - length + i) % TailBytes])];
            string text = string.Concat(Encoding.UTF8.GetString(bytes).Select(letter => letter != '\n' && char.IsControl(letter) ? ' ' : letter));
            return string.Join(" | ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(3));
        }
    }

    void ReadLines(Stream stream)
    {
        var line = new MemoryStream();
        Pump(stream, chunk =>
        {
            while (chunk.IndexOf((byte)'\n') is var end and >= 0)
            {
                line.Write(chunk[..end]);
                Add(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
                line.SetLength(0);
                chunk = chunk[(end + 1)..];
            }

            if (line.Length + chunk.Length <= bytesPerCall)
            {
                line.Write(chunk);
            }
        });
        End();
    }

    void ReadTail(Stream stream) => Pump(stream, chunk =>
    {
        lock (_gate)
        {
            foreach (byte one in chunk[Math.Max(0, chunk.Length - TailBytes)..])
            {
                _tail[_tailEnd++ % TailBytes] = one;
            }
        }
    });

    void Pump(Stream stream, Action<ReadOnlySpan<byte>> take)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            using var ended = stream;
            while (stream.Read(buffer) is var length and > 0)
            {
                if (Count(length))
                {
                    overrun();
                }

                take(buffer.AsSpan(0, length));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The worker was ended while it wrote.
        }
    }

    bool Count(int length)
    {
        lock (_gate)
        {
            bool before = _bytes > bytesPerCall;
            _bytes += length;
            return !before && _bytes > bytesPerCall;
        }
    }

    void Add(string line)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            Monitor.PulseAll(_gate);
        }
    }

    static void Start(Action read, string name) =>
        new Thread(() => read(), maxStackSize: 256 << 10) { IsBackground = true, Name = $"worker {name}" }.Start();
}
