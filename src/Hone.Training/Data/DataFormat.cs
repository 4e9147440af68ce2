using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Hone.Training.Data;

/// <summary>What a file is by its first bytes, and for what is no JSONL the command that makes one of it.</summary>
static class DataFormat
{
    const int HeadLength = 4096, MostSearched = 1 << 26;

    static readonly byte[] _gzip = [0x1F, 0x8B, 0x08];

    static readonly (byte[] Start, string Kind, string Command)[] _packed =
    [
        ([0x28, 0xB5, 0x2F, 0xFD], "packed by Zstandard", "zstd -d"),
        ([0x42, 0x5A, 0x68], "packed by bzip2", "bunzip2 -k"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "packed by xz", "xz -dk"),
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive", "unzip"),
    ];

    // How a message begins that is not in a file of its own; data sets of Hugging Face lie so on the disk.
    static readonly byte[] _arrowStream = [0xFF, 0xFF, 0xFF, 0xFF];

    /// <summary>The file's text, unpacked if it is gzip.</summary>
    public static Stream Unpacked(Stream file)
    {
        byte[] head = Head(file);
        file.Position = 0;
        return IsGzip(head) ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
    }

    /// <summary>Why the file cannot be read line by line, with the way out; null if it can.</summary>
    /// <param name="file">Stands at its start afterwards.</param>
    /// <param name="path">For the sentence.</param>
    public static DataProblem? Refusal(Stream file, string path)
    {
        byte[] head = Head(file);
        file.Position = 0;
        if (IsGzip(head))
        {
            using (var inner = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true))
            {
                head = Head(inner);
            }

            file.Position = 0;
        }

        return Binary(head, path) is { } binary ? new(0, binary) : Text(head, path);
    }

    /// <summary>Whether a file that is gzip ends early: its last four bytes tell the length that it unpacks to. One of several packed pieces tells
    /// that of the last piece only, and is taken as whole.</summary>
    /// <param name="file">Stands anywhere afterwards.</param>
    /// <param name="unpacked">Bytes that came out.</param>
    public static bool IsCutOff(Stream file, long unpacked)
    {
        file.Position = 0;
        byte[] packed = new byte[Math.Min(file.Length, MostSearched)];
        file.ReadExactly(packed);
        if (!IsGzip(packed) || packed.AsSpan(2).IndexOf(_gzip) >= 0 || file.Length > MostSearched)
        {
            return false;
        }

        return packed.Length < 18 || BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - 4)) != (uint)unpacked;
    }

    static bool IsGzip(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    static string? Binary(ReadOnlySpan<byte> head, string path)
    {
        if (head.StartsWith("PAR1"u8))
        {
            return "the file is Parquet, but JSONL is needed; with Python and pyarrow (pip install pyarrow): "
                + Python("import json,sys,pyarrow.parquet as p; [print(json.dumps(r,default=str)) for r in p.read_table(sys.argv[1]).to_pylist()]", path) + ".";
        }

        if (head.StartsWith("ARROW1"u8))
        {
            return "the file is Arrow, but JSONL is needed; with Python and pyarrow (pip install pyarrow): "
                + Python("import json,sys,pyarrow.feather as p; [print(json.dumps(r,default=str)) for r in p.read_table(sys.argv[1]).to_pylist()]", path) + ".";
        }

        if (head.StartsWith(_arrowStream))
        {
            return "the file is an Arrow stream, but JSONL is needed; with Python and pyarrow (pip install pyarrow): "
                + Python("import json,sys,pyarrow as p; [print(json.dumps(r,default=str)) for r in p.ipc.open_stream(open(sys.argv[1],'rb')).read_all().to_pylist()]", path) + ".";
        }

        foreach (var (start, kind, command) in _packed)
        {
            if (head.StartsWith(start))
            {
                return $"the file is {kind}, but JSONL is needed, plain or gzip; unpack it: {command} {Quoted(path)}.";
            }
        }

        return WideText(head) is { } encoding
            ? $"the file is {encoding[..6]}, but UTF-8 is needed: iconv -f {encoding} -t UTF-8 {Quoted(path)} > {Target(path)}."
            : head.Contains((byte)0) && head.TrimStart(" \t\r\n"u8)[0] != '{' ? "the file holds bytes that are no text; JSONL is needed, one JSON object per line."
            : null;
    }

    // By its mark, or by what a record begins with.
    static string? WideText(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) || head.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]) ? "UTF-32"
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? "UTF-16"
        : head.StartsWith((ReadOnlySpan<byte>)[(byte)'{', 0]) ? "UTF-16LE"
        : head.StartsWith((ReadOnlySpan<byte>)[0, (byte)'{']) ? "UTF-16BE"
        : null;

    static DataProblem? Text(byte[] head, string path)
    {
        string text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF');
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries);
        int first = Array.FindIndex(lines, line => line.Length > 0);
        if (first < 0)
        {
            return null;
        }

        if (lines[first][0] == '[')
        {
            return new(first + 1, "the file is one JSON list, but each record needs to stand on a line of its own; with Python: "
                + Python("import json,sys; [print(json.dumps(r)) for r in json.load(open(sys.argv[1],encoding='utf-8-sig'))]", path) + ".");
        }

        return IsTable(lines, first, path)
            ? new(first + 1, "the file is a table (CSV), but JSONL is needed; with Python: "
                + Python($"import csv,json,sys; [print(json.dumps(r)) for r in csv.DictReader(open(sys.argv[1],newline='',encoding='utf-8-sig'){Delimiter(lines[first])})]", path)
                + ". Name the columns \"prompt\" and \"answer\".")
            : null;
    }

    // A line that merely is no JSON is told as such; a table has separators in its first line and no object in the second.
    static bool IsTable(string[] lines, int first, string path)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        bool isNamed = Path.GetExtension(name).ToLowerInvariant() is ".csv" or ".tsv";
        bool separates = lines[first].AsSpan().ContainsAny(",\t;");
        bool goesOn = lines[(first + 1)..].FirstOrDefault(line => line.Length > 0)?.StartsWith('{') == true;
        return lines[first][0] != '{' && !goesOn && (isNamed || separates);
    }

    static string Delimiter(string header) =>
        header.Contains('\t', StringComparison.Ordinal) ? ",delimiter='\\t'"
        : header.Contains(',', StringComparison.Ordinal) ? ""
        : header.Contains(';', StringComparison.Ordinal) ? ",delimiter=';'"
        : "";

    static string Python(string program, string path) => $"python3 -c \"{program}\" {Quoted(path)} > {Target(path)}";

    static string Target(string path) => Quoted(Path.ChangeExtension(path, ".jsonl") is { } name && name != path ? name : path + ".lines.jsonl");

    // As a shell takes it.
    static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+=@%".Contains(c, StringComparison.Ordinal))
            ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    static byte[] Head(Stream stream)
    {
        byte[] head = new byte[HeadLength];
        int length = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        return head[..length];
    }
}
