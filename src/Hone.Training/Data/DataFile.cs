using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Hone.Models.Encryption;

namespace Hone.Training.Data;

/// <summary>Reads JSONL files of conversations, plain or gzip: one JSON object per line. <see cref="RecordShape"/> says which keys are read.</summary>
/// <remarks>A file is read whole whatever is wrong with it, so that every bad line is told at once. A byte order mark is
/// passed over, blank lines are skipped, a record without <c>id</c> gets <c>line-N</c>, in the second of several files <c>file-2-line-N</c>.</remarks>
public static class DataFile
{
    static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    /// <summary>Prompts to answer: the last turn is not the assistant's.</summary>
    public static DataFileResult<PromptRecord> ReadPrompts(string path) => ReadPrompts([path]);

    /// <summary>Prompts of several files, in their order, as one set: ids differ across them.</summary>
    public static DataFileResult<PromptRecord> ReadPrompts(IReadOnlyList<string> paths)
    {
        var ids = new RecordIds(paths.Count > 1);
        return Read<PromptRecord>(paths, ids, (line, problems, json) => new RecordReader(line, ids, problems).ReadPrompt(json));
    }

    /// <summary>Conversations to imitate: the last turn is the assistant's.</summary>
    public static DataFileResult<SupervisedRecord> ReadSupervised(string path) => ReadSupervised([path]);

    /// <summary>Conversations of several files, in their order.</summary>
    public static DataFileResult<SupervisedRecord> ReadSupervised(IReadOnlyList<string> paths)
    {
        var ids = new RecordIds(paths.Count > 1);
        return Read<SupervisedRecord>(paths, ids, (line, problems, json) => new RecordReader(line, ids, problems).ReadSupervised(json));
    }

    /// <param name="paths">The files, each told by its name where there are several.</param>
    /// <param name="ids">Counts the files.</param>
    /// <param name="read">Reads a line's JSON; null where it has problems or is left out.</param>
    internal static DataFileResult<T> Read<T>(IReadOnlyList<string> paths, RecordIds ids, Func<int, ProblemList, JsonElement, T?> read)
        where T : class
    {
        var records = new List<T>();
        var problems = new ProblemList();
        foreach (string path in paths)
        {
            ids.Files++;
            problems.File = paths.Count > 1 ? path : null;
            ReadFile(path, records, problems, read);
        }

        return new(paths.Count == 1 ? paths[0] : $"{paths.Count} files", records, problems.First, problems.Count);
    }

    static void ReadFile<T>(string path, List<T> records, ProblemList problems, Func<int, ProblemList, JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var file = SealedFile.OpenRead(path, bufferBytes: 0);
            if (DataFormat.Refusal(file, path) is { } refusal)
            {
                problems.Add(refusal.Line, refusal.Sentence);
                return;
            }

            using var text = DataFormat.Unpacked(file);
            long length = ReadLines(text, records, problems, read);
            if (text != file && DataFormat.IsCutOff(file, length))
            {
                throw new InvalidDataException();
            }
        }
        catch (InvalidDataException)
        {
            problems.Add(0, "the file is gzip, but damaged or cut off; copy it again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(0, Unreadable(path, e));
        }
    }

    // Returns the bytes that were read.
    static long ReadLines<T>(Stream stream, List<T> records, ProblemList problems, Func<int, ProblemList, JsonElement, T?> read)
        where T : class
    {
        var lines = new LineReader(stream);
        bool any = false;
        while (lines.TryRead(out var line))
        {
            var bytes = line.Bytes.Trim(" \t\r"u8);
            if (bytes.IsEmpty && !line.IsTooLong)
            {
                continue;
            }

            any = true;
            if (ReadLine(line, bytes, problems, read) is { } record)
            {
                records.Add(record);
            }
        }

        if (!any)
        {
            problems.Add(0, "the file is empty; it needs one JSON object per line, such as "
                + """{"messages":[{"role":"user","content":"…"}],"reference_answer":"…"}.""");
        }

        return lines.Length;
    }

    static T? ReadLine<T>(Line line, ReadOnlyMemory<byte> bytes, ProblemList problems, Func<int, ProblemList, JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var json = Parse(line, bytes, problems);
            return json is null ? null : read(line.Number, problems, json.RootElement);
        }
        catch (InvalidOperationException)
        {
            // What is JSON and no text: "\ud800" alone. System.Text.Json tells it when the text is asked for.
            problems.Add(line.Number, "a text holds half of a surrogate pair (such as \\ud800 alone), which is no character; "
                + "write the character itself or both halves.");
            return null;
        }
    }

    static JsonDocument? Parse(Line line, ReadOnlyMemory<byte> bytes, ProblemList problems)
    {
        if (line.IsTooLong)
        {
            problems.Add(line.Number, $"the line has {line.Length:N0} bytes, but {LineReader.Limit:N0} is the limit; "
                + "shorten the record, or check that each record stands on a line of its own.");
            return null;
        }

        if (!Utf8.IsValid(line.Bytes.Span))
        {
            problems.Add(line.Number, NotUtf8(line));
            return null;
        }

        try
        {
            return JsonDocument.Parse(bytes, _strict);
        }
        catch (JsonException e)
        {
            problems.Add(line.Number, NotJson(e, line.Bytes.Span, bytes.Span));
            return null;
        }
    }

    static string NotUtf8(Line line)
    {
        var bytes = line.Bytes.Span;
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int width) == System.Buffers.OperationStatus.Done)
        {
            at += width;
        }

        return $"byte {at + 1} of the line (offset {line.Offset + at} in the file) is 0x{bytes[at]:X2}, which is not UTF-8; "
            + "save the file as UTF-8.";
    }

    static string NotJson(JsonException e, ReadOnlySpan<byte> line, ReadOnlySpan<byte> json)
    {
        int before = line.IndexOf(json) + (int)Math.Min(e.BytePositionInLine ?? 0, json.Length);
        string reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
        string advice = json[0] == '['
            ? "the file looks like one JSON list; write each of its objects on a line of its own."
            : json.Contains((byte)'\r')
            ? "its lines end with CR alone; tr '\\r' '\\n' < FILE > LINES.jsonl makes lines of them."
            : json.Length == 1 && json[0] == '{'
            ? "each line needs to be one whole JSON object; where records go over several lines, jq -c . FILE > LINES.jsonl puts each on one."
            : "each line needs to be one whole JSON object.";
        return $"column {Encoding.UTF8.GetCharCount(line[..before]) + 1} is not JSON: {reason}; {advice}";
    }

    static string Unreadable(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file; check the path.",
        _ when Directory.Exists(path) => "this is a folder; give the path of a JSONL file in it.",
        _ => $"the file cannot be read: {e.Message}",
    };
}
