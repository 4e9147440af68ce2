using Hone.Tests.Support;
using Hone.Training.Data;

namespace Hone.Tests.Training.Data;

public sealed class RecordShapeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-shapes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{"prompt":"7+5?","answer":"12"}""", "12")]
    [InlineData("""{"prompt":"7+5?","answer":12,"level":3}""", "12")]
    [InlineData("""{"prompt":"7+5?","reference_answer":"12","answer":"no"}""", "12")]
    [InlineData("""{"question":"7+5?","answer":"It is 12.\n#### 12"}""", "It is 12.\n#### 12")]
    [InlineData("""{"problem":"7+5?","solution":"12"}""", "12")]
    [InlineData("""{"prompt":"7+5?"}""", null)]
    [InlineData("""{"prompt":[{"role":"user","content":"7+5?"}],"data_source":"sums","ability":"math","reward_model":{"style":"rule","ground_truth":"12"},"extra_info":{"index":1}}""", "12")]
    [InlineData("""{"messages":[{"role":"user","content":"7+5?"}],"metadata":{"reference_answer":"12"}}""", "12")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"7+"},{"type":"text","text":"5?"}]}],"reference_answer":"12"}""", "12")]
    public void Rows_of_every_shape_become_a_user_turn_and_a_reference(string line, string? reference)
    {
        var record = Read(line);

        Assert.Equal(new ChatTurn("user", "7+5?"), Assert.Single(record.Messages));
        Assert.Equal(reference, record.Reference);
        Assert.Equal(reference is not null, record.Metadata.ContainsKey("reference_answer"));
    }

    [Fact]
    public void What_a_veRL_row_says_beside_its_turns_reaches_the_grader()
    {
        var record = Read("""{"data_source":"sums","prompt":[{"role":"system","content":"Add."},{"role":"user","content":"7+5?"}],"reward_model":{"style":"rule","ground_truth":["12","twelve"]},"extra_info":{"split":"train"}}""");

        Assert.Equal(["system", "user"], record.Messages.Select(turn => turn.Role));
        Assert.Equal("""["12","twelve"]""", record.Reference);
        Assert.Equal(["data_source", "reward_model", "extra_info", "reference_answer"], record.Metadata.Keys);
    }

    [Fact]
    public void The_records_own_metadata_is_seen_beside_its_keys_and_as_it_is()
    {
        var record = Read("""{"messages":[{"role":"user","content":"7+5?"}],"level":1,"metadata":{"level":2,"topic":"sums","id":"x"}}""");

        Assert.Equal(1, record.Metadata["level"].GetInt32());
        Assert.Equal("sums", record.Metadata["topic"].GetString());
        Assert.Equal(2, record.Metadata["metadata"].GetProperty("level").GetInt32());
        Assert.False(record.Metadata.ContainsKey("id"));
    }

    [Fact]
    public void A_developer_turn_is_a_system_turn_to_the_template()
    {
        var record = Read("""{"messages":[{"role":"developer","content":"Add."},{"role":"user","content":"7+5?"}]}""");

        Assert.Equal("developer", record.Messages[0].Role);
        Assert.Equal("system", record.Messages[0].Message.Json!.Value.GetProperty("role").GetString());
        Assert.Equal(["system", "developer", "user"], Read("""{"messages":[{"role":"system","content":"a"},{"role":"developer","content":"b"},{"role":"user","content":"c"}]}""").Messages.Select(turn => turn.Role));
    }

    [Fact]
    public void Calls_reach_the_template_with_their_arguments_as_objects()
    {
        var record = Read("""{"messages":[{"role":"user","content":"7+5?"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"add","arguments":"{\"a\":7,\"b\":5}"}}]},{"role":"tool","tool_call_id":"1","content":"12"}],"tools":[{"type":"function","function":{"name":"add","parameters":{"type":"object"}}}]}""");

        var function = record.Messages[1].Written!.Value.GetProperty("tool_calls")[0].GetProperty("function");
        Assert.Equal(7, function.GetProperty("arguments").GetProperty("a").GetInt32());
        Assert.Single(record.Inputs.Tools!);
    }

    [Fact]
    public void The_older_form_of_a_call_becomes_the_newer()
    {
        var record = Read("""{"messages":[{"role":"user","content":"7+5?"},{"role":"assistant","content":null,"function_call":{"name":"add","arguments":""}},{"role":"function","name":"add","content":"12"}]}""");

        Assert.Equal("add", record.Messages[1].Written!.Value.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("tool", record.Messages[2].Written!.Value.GetProperty("role").GetString());
        Assert.Equal("function", record.Messages[2].Role);
    }

    [Fact]
    public void Several_files_are_one_set_and_their_lines_are_told_apart()
    {
        string a = Write("a.jsonl", """{"prompt":"1"}"""), b = Write("b.jsonl", "\n{\"prompt\":\"2\"}\n{\"id\":\"file-1-line-1\",\"prompt\":\"3\"}\nno");

        var result = DataFile.ReadPrompts([a, b]);

        Assert.Equal([("file-1-line-1", a, 1), ("file-2-line-2", b, 2)], result.Records.Select(record => (record.Id, record.File!, record.Line)));
        Assert.Equal([(b, 3), (b, 4)], result.Problems.Select(problem => (problem.File!, problem.Line)));
        Assert.StartsWith($"the id \"file-1-line-1\" is that of {a}, line 1, too;", result.Problems[0].Sentence);
        Assert.Contains($"{b}, line 4: ", Assert.Throws<DataFileException>(result.RecordsOrThrow).Message);
    }

    [SharedTheory]
    [InlineData("bedrock-rft-samples/rft_train_data.jsonl", 300)]
    [InlineData("bedrock-rft-samples/rft_test_validation_data.jsonl", 100)]
    [InlineData("gsm8k/train.jsonl", 7473)]
    [InlineData("gsm8k/test.jsonl", 1319)]
    public void Published_files_are_read_whole(string name, int records)
    {
        var read = DataFile.ReadPrompts(SharedFolder.In($"thirdparty/{name}")).RecordsOrThrow();

        Assert.Equal(records, read.Count);
        Assert.All(read, record => Assert.Contains("####", record.Reference));
        Assert.All(read, record => Assert.Equal("user", Assert.Single(record.Messages).Role));
    }

    PromptRecord Read(string line) => Assert.Single(DataFile.ReadPrompts(Write("data.jsonl", line)).RecordsOrThrow());

    string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
