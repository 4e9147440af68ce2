using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Hone.Training.Data;

namespace Hone.Tests.Training.Data;

public sealed class DataFormatTests : IDisposable
{
    const string Good = """{"prompt":"7+5?","answer":"12"}""";

    readonly string _folder = Directory.CreateTempSubdirectory("hone-format-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.parquet", "PAR1....", 0, "the file is Parquet, but JSONL is needed; with Python and pyarrow (pip install pyarrow): python3 -c ")]
    [InlineData("a.jsonl", "PAR1....", 0, "the file is Parquet")]
    [InlineData("a.arrow", "ARROW1..", 0, "the file is Arrow")]
    [InlineData("a.jsonl.bz2", "BZh91AY", 0, "the file is packed by bzip2, but JSONL is needed, plain or gzip; unpack it: bunzip2 -k ")]
    [InlineData("a.xlsx", "PK\u0003\u0004....", 0, "the file is a zip archive")]
    [InlineData("a.csv", "prompt,answer\n7+5?,12\n", 1, "the file is a table (CSV), but JSONL is needed; with Python: python3 -c ")]
    [InlineData("a.csv", "prompt\n7+5?\n", 1, "the file is a table (CSV)")]
    [InlineData("a.tsv", "prompt\tanswer\n7+5?\t12\n", 1, "delimiter='\\t'")]
    [InlineData("a", "\n\"question\";\"answer\"\n7+5?;12\n", 2, "delimiter=';'")]
    [InlineData("a.json", "[\n " + Good + "\n]", 1, "the file is one JSON list, but each record needs to stand on a line of its own; with Python: python3 -c ")]
    [InlineData("a.json", "\n\n[" + Good + "," + Good + "]", 3, "the file is one JSON list")]
    [InlineData("a.bin", "\u0001\0\0\0", 0, "the file holds bytes that are no text;")]
    public void What_is_no_JSONL_is_refused_once_with_the_way_out(string name, string text, int line, string sentence)
    {
        var problem = Assert.Single(DataFile.ReadPrompts(Write(name, Encoding.Latin1.GetBytes(text))).Problems);

        Assert.Equal(line, problem.Line);
        Assert.Contains(sentence, problem.Sentence);
    }

    [Fact]
    public void Zstandard_xz_and_UTF16_are_told()
    {
        Assert.Contains("zstd -d", Sentence([0x28, 0xB5, 0x2F, 0xFD, 0]));
        Assert.Contains("xz -dk", Sentence([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]));
        Assert.Contains("iconv -f UTF-16 -t UTF-8", Sentence([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Good)]));
    }

    [Theory]
    [InlineData("hello\n" + Good)]
    [InlineData("hello, world\n" + Good)]
    public void A_bad_first_line_is_no_table(string text)
    {
        var result = DataFile.ReadPrompts(Write("a.jsonl", Encoding.UTF8.GetBytes(text)));

        Assert.Equal(1, Assert.Single(result.Problems).Line);
        Assert.Single(result.Records);
    }

    [Fact]
    public void Gzip_is_read_as_it_is_and_told_where_it_is_cut_off()
    {
        byte[] packed = Gzip(string.Concat(Enumerable.Range(0, 500).Select(i => $$"""{"prompt":"{{i}} + {{i * 7919}}?"}""" + "\n")));

        Assert.Equal(500, DataFile.ReadPrompts(Write("a.jsonl.gz", packed)).RecordsOrThrow().Count);
        var half = DataFile.ReadPrompts(Write("b.jsonl.gz", packed[..(packed.Length / 2)])).Problems;
        Assert.InRange(half[0].Line, 100, 499);
        Assert.StartsWith("the file is gzip, but damaged or cut off", half[^1].Sentence);
        Assert.StartsWith("the file is gzip, but damaged", Sentence([0x1F, 0x8B, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]));
        Assert.Contains("the file is a table (CSV)", Assert.Single(DataFile.ReadPrompts(Write("c.csv.gz", Gzip("prompt,answer\n1,2\n"))).Problems).Sentence);
    }

    [Fact]
    public void Gzip_that_is_cut_off_behind_a_whole_line_is_no_shorter_file()
    {
        byte[] whole = Gzip(Good + "\n"), two = [.. whole, .. Gzip(Good + "\n" + Good + "\n")];

        Assert.Equal(3, DataFile.ReadPrompts(Write("a.jsonl.gz", two)).RecordsOrThrow().Count);
        foreach (int lost in new[] { 1, 4, 8 })
        {
            Assert.StartsWith("the file is gzip, but damaged", DataFile.ReadPrompts(Write("b.jsonl.gz", whole[..^lost])).Problems[^1].Sentence);
        }
    }

    [Fact]
    public void What_UTF16_UTF32_Arrow_and_lines_of_old_Macs_are_is_told()
    {
        Assert.Contains("iconv -f UTF-16LE -t UTF-8", Sentence(Encoding.Unicode.GetBytes(Good)));
        Assert.Contains("iconv -f UTF-16BE -t UTF-8", Sentence(Encoding.BigEndianUnicode.GetBytes(Good)));
        Assert.Contains("the file is UTF-32, but UTF-8 is needed: iconv -f UTF-32 ", Sentence([.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes(Good)]));
        Assert.Contains("open_stream", Sentence([0xFF, 0xFF, 0xFF, 0xFF, 16, 0, 0, 0]));
        Assert.Contains("tr '\\r' '\\n'", Sentence(Encoding.UTF8.GetBytes($"{Good}\r{Good}\r")));
    }

    [Theory]
    [InlineData("my data's.csv", "prompt,answer\n\"7, plus 5?\",12\nü?,1\n")]
    [InlineData("b.tsv", "prompt\tanswer\n7, plus 5?\t12\nü?\t1\n")]
    [InlineData("c.json", "[{\"prompt\":\"7, plus 5?\",\"answer\":\"12\"},\n{\"prompt\":\"ü?\",\"answer\":\"1\"}]")]
    public void The_command_that_a_refusal_names_works(string name, string text)
    {
        string path = Write(name, Encoding.UTF8.GetBytes(text));
        string sentence = Assert.Single(DataFile.ReadPrompts(path).Problems).Sentence;
        string command = sentence[sentence.IndexOf("python3", StringComparison.Ordinal)..sentence.IndexOf(".jsonl", StringComparison.Ordinal)] + ".jsonl";
        command += command.Count(c => c == '\'') % 2 == 1 ? "'" : "";
        if (!File.Exists("/usr/bin/python3") && !File.Exists("/usr/local/bin/python3"))
        {
            return;
        }

        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]))!;
        shell.WaitForExit();

        var records = DataFile.ReadPrompts(Path.ChangeExtension(path, ".jsonl")).RecordsOrThrow();
        Assert.Equal([("7, plus 5?", "12"), ("ü?", "1")], records.Select(record => (record.Messages[0].Content, record.Reference!)));
    }

    string Sentence(byte[] bytes) => Assert.Single(DataFile.ReadPrompts(Write("x.jsonl", bytes)).Problems).Sentence;

    static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
