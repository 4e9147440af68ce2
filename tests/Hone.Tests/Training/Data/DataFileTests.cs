using System.Text;
using Hone.Training.Data;

namespace Hone.Tests.Training.Data;

public sealed class DataFileTests : IDisposable
{
    const string Good = """{"messages":[{"role":"user","content":"7+5?"}],"reference_answer":"12"}""";

    readonly string _folder = Directory.CreateTempSubdirectory("hone-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_record_is_read_with_all_it_holds()
    {
        var record = Assert.Single(Prompts(
            """{"id":"a-1","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"7+5?"}],"reference_answer":"12","steps":1,"tags":["x"]}""").RecordsOrThrow());

        Assert.Equal("a-1", record.Id);
        Assert.Equal([new("system", "Be brief."), new("user", "7+5?")], record.Messages);
        Assert.Equal("12", record.Reference);
        Assert.Equal(1, record.Line);
        Assert.Equal(["reference_answer", "steps", "tags"], record.Metadata.Keys);
        Assert.Equal(1, record.Metadata["steps"].GetInt32());
    }

    [Theory]
    [InlineData("\"7+5=12\\n#### 12\"", "7+5=12\n#### 12")]
    [InlineData("12", "12")]
    [InlineData("1.50", "1.50")]
    [InlineData("null", null)]
    [InlineData("""{"final_answer":"12","steps":["7+5=12"]}""", "12")]
    [InlineData("""{"text":"12"}""", "12")]
    [InlineData("""{"answer":"12"}""", "12")]
    [InlineData("""{"solution":"x = 4"}""", """{"solution":"x = 4"}""")]
    [InlineData("""{"answer":12}""", """{"answer":12}""")]
    [InlineData("""["12","twelve"]""", """["12","twelve"]""")]
    [InlineData("true", "true")]
    public void A_reference_is_any_JSON_that_is_not_empty(string json, string? reference)
    {
        var record = Assert.Single(Prompts(Good.Replace("\"12\"", json)).RecordsOrThrow());

        Assert.Equal(reference, record.Reference);
        Assert.Equal(json, record.Metadata["reference_answer"].GetRawText());
    }

    [Fact]
    public void Text_parts_are_joined() => Assert.Equal(
        "7+5?",
        Prompts("""{"messages":[{"role":"user","content":[{"type":"text","text":"7+"},{"type":"text","text":"5?"}]}]}""")
            .RecordsOrThrow()[0].Messages[0].Content);

    [Fact]
    public void A_record_without_id_is_named_by_its_line()
    {
        var records = Prompts("", Good, "   ", Good).RecordsOrThrow();

        Assert.Equal([("line-2", 2), ("line-4", 4)], records.Select(record => (record.Id, record.Line)));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Line_ends_byte_order_mark_and_blank_lines_do_not_matter(string lineEnd)
    {
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes($"{Good}{lineEnd}{lineEnd}\t{lineEnd}{Good}")];

        Assert.Equal([1, 4], ReadBytes(bytes).RecordsOrThrow().Select(record => record.Line));
    }

    [Fact]
    public void Every_bad_line_is_told_at_once()
    {
        var result = Prompts("{", Good, "{}", """{"messages":[{"role":"x","content":""}]}""");

        Assert.Equal([1, 3, 4, 4], result.Problems.Select(problem => problem.Line));
        var thrown = Assert.Throws<DataFileException>(result.RecordsOrThrow);
        Assert.Equal(4, thrown.Message.Split('\n').Length);
        Assert.StartsWith($"{result.Path}, line 1: column 2 is not JSON", thrown.Message);
    }

    [Fact]
    public void Twenty_problems_are_shown_and_all_are_counted()
    {
        var result = Prompts([.. Enumerable.Repeat("{", 5_000)]);

        Assert.Equal(5_000, result.ProblemCount);
        Assert.Equal(DataFileResult<PromptRecord>.MostKept, result.Problems.Count);
        string[] shown = Assert.Throws<DataFileException>(result.RecordsOrThrow).Message.Split('\n');
        Assert.Equal(21, shown.Length);
        Assert.Equal("… and 4980 more.", shown[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n\t")]
    public void An_empty_file_is_told(string text)
    {
        var problem = Assert.Single(Prompts(text).Problems);

        Assert.Equal(0, problem.Line);
        Assert.StartsWith("the file is empty; it needs one JSON object per line", problem.Sentence);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told()
    {
        Assert.Equal(
            "there is no such file; check the path.",
            Assert.Single(DataFile.ReadPrompts(Path.Combine(_folder, "none.jsonl")).Problems).Sentence);
        Assert.StartsWith("this is a folder;", Assert.Single(DataFile.ReadPrompts(_folder).Problems).Sentence);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'{', 0xC3, 0xA9, 0xFF, (byte)'}' }, "byte 4 of the line (offset 75 in the file) is 0xFF, which is not UTF-8;")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "byte 1 of the line (offset 72 in the file) is 0xED")]
    [InlineData(new byte[] { (byte)'"', 0xC3 }, "byte 2 of the line (offset 73 in the file) is 0xC3")]
    public void Bytes_that_are_not_Utf8_are_told_by_their_place(byte[] line, string sentence)
    {
        var result = ReadBytes([.. Encoding.UTF8.GetBytes(Good + "\n"), .. line, (byte)'\n', .. Encoding.UTF8.GetBytes(Good)]);

        var problem = Assert.Single(result.Problems);
        Assert.Equal(2, problem.Line);
        Assert.StartsWith(sentence, problem.Sentence);
        Assert.Equal(2, result.Records.Count);
    }

    [Fact]
    public void A_line_of_ten_megabytes_is_told_and_passed_over()
    {
        string huge = Good.Replace("7+5?", new string('x', 10_000_000));

        var result = Prompts(Good, huge, Good, huge);

        Assert.Equal([2, 4], result.Problems.Select(problem => problem.Line));
        Assert.StartsWith("the line has 10,000,067 bytes, but 4,194,304 is the limit;", result.Problems[0].Sentence);
        Assert.Equal([1, 3], result.Records.Select(record => record.Line));
    }

    [Theory]
    [InlineData(LineReader.Limit, 0)]
    [InlineData(LineReader.Limit + 1, 1)]
    public void A_line_may_be_as_long_as_the_limit(int length, int problems)
    {
        string line = Good.Replace("7+5?", new string('x', length - Good.Length + 4));

        Assert.Equal(problems, Prompts(line, Good).ProblemCount);
        Assert.Equal(problems, Prompts(Good, line).ProblemCount);
    }

    [Fact]
    public void A_supervised_record_ends_with_the_assistant()
    {
        string path = Write(
            """{"messages":[{"role":"user","content":"7+5?"},{"role":"assistant","content":"12"}]}""",
            Good,
            """{"messages":[{"role":"assistant","content":"12"}]}""");

        var result = DataFile.ReadSupervised(path);

        var record = Assert.Single(result.Records);
        Assert.Equal([new("user", "7+5?"), new("assistant", "12")], record.Messages);
        Assert.Equal([2, 3], result.Problems.Select(problem => problem.Line));
        Assert.StartsWith("the last turn is a user turn, but supervised training imitates the last turn;", result.Problems[0].Sentence);
        Assert.Equal("there is no user turn before the answer; add the turn that it answers.", result.Problems[1].Sentence);
    }

    [Fact]
    public void Calls_of_tools_and_reasoning_are_kept_for_the_template()
    {
        string path = Write(
            """{"messages":[{"role":"user","content":"7+5?"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"add","arguments":"{\"a\":7}"}}]},{"role":"tool","content":[{"type":"text","text":"12"}],"tool_call_id":"1"},{"role":"assistant","content":"12"}],"tools":[{"name":"add"}]}""");

        var record = Assert.Single(DataFile.ReadSupervised(path).RecordsOrThrow());

        Assert.Equal("1", record.Messages[1].Written!.Value.GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal("12", record.Messages[2].Written!.Value.GetProperty("content").GetString());
        Assert.Null(record.Messages[3].Written);
        Assert.Single(record.Inputs.Tools!);
    }

    [Fact]
    public void Lines_are_the_same_however_the_stream_hands_them_out()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("a\n\nbc\r\n" + new string('d', 70_000) + "\ne");
        using var trickle = new OneByteStream(bytes);
        var lines = new LineReader(trickle);

        var read = new List<(int, long, long)>();
        while (lines.TryRead(out var line))
        {
            read.Add((line.Number, line.Offset, line.Length));
        }

        Assert.Equal([(1, 0, 1), (2, 2, 0), (3, 3, 3), (4, 7, 70_000), (5, 70_008, 1)], read);
    }

    DataFileResult<PromptRecord> Prompts(params string[] lines) => DataFile.ReadPrompts(Write(lines));

    string Write(params string[] lines)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid()}.jsonl");
        File.WriteAllText(path, string.Join('\n', lines));
        return path;
    }

    DataFileResult<PromptRecord> ReadBytes(byte[] bytes)
    {
        string path = Path.Combine(_folder, "bytes.jsonl");
        File.WriteAllBytes(path, bytes);
        return DataFile.ReadPrompts(path);
    }

    sealed class OneByteStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
