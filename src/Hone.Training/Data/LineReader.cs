using System.Text;

namespace Hone.Training.Data;

/// <summary>One line of a file without its line end and without the file's byte order mark.</summary>
/// <remarks>Bytes is empty where the line is longer than the limit, and valid until the next line is read.</remarks>
readonly record struct Line(int Number, long Offset, ReadOnlyMemory<byte> Bytes, long Length)
{
    public bool IsTooLong => Length > LineReader.Limit;
}

/// <summary>Reads lines as bytes. Its memory does not grow past the longest line that is allowed.</summary>
sealed class LineReader(Stream stream)
{
    /// <summary>4 MiB: a thousand times a long prompt.</summary>
    public const int Limit = 4 << 20;

    byte[] _buffer = new byte[1 << 16];
    int _start, _end, _number;
    long _offset; // of _buffer[_start] in the file
    bool _ended;

    /// <summary>Bytes up to the end of the last line that was read.</summary>
    public long Length => _offset;

    public bool TryRead(out Line line)
    {
        int scanned = 0;
        while (true)
        {
            int newline = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = Take(scanned + newline, lineEnd: 1);
                return true;
            }

            scanned = _end - _start;
            if (_ended || scanned > Limit)
            {
                line = _ended ? Take(scanned, lineEnd: 0) : Skip();
                return line.Length > 0 || !_ended;
            }

            Fill();
        }
    }

    Line Take(int length, int lineEnd)
    {
        int mark = _offset == 0 && _buffer.AsSpan(_start, length).StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        var bytes = length > Limit ? default : _buffer.AsMemory(_start + mark, length - mark);
        var line = new Line(++_number, _offset + mark, bytes, length);
        _start += length + lineEnd;
        _offset += length + lineEnd;
        return line;
    }

    // Passes over the rest of a line that is too long, to count it and to go on behind it.
    Line Skip()
    {
        long from = _offset;
        while (true)
        {
            int newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            int passed = newline < 0 ? _end - _start : newline;
            _start += passed;
            _offset += passed;
            if (newline >= 0 || _ended)
            {
                var line = new Line(++_number, from, default, _offset - from);
                int lineEnd = newline >= 0 ? 1 : 0;
                _start += lineEnd;
                _offset += lineEnd;
                return line;
            }

            Fill();
        }
    }

    void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, Limit + 2));
        }

        int read = stream.Read(_buffer.AsSpan(_end));
        _end += read;
        _ended = read == 0;
    }
}
