using Hone.Training.Data;

namespace Hone.Tests.Training.Data;

/// <summary>Every way in which a line can be wrong that was thought of or met. Each stands between two good lines.</summary>
public sealed class MalformedRecordTests : IDisposable
{
    const string Good = """{"messages":[{"role":"user","content":"7+5?"}],"reference_answer":"12"}""";

    const string Asked = """{"role":"user","content":"a"}""";

    readonly string _folder = Directory.CreateTempSubdirectory("hone-malformed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{", "column 2 is not JSON: ")]
    [InlineData("{", "jq -c . FILE > LINES.jsonl puts each on one.")]
    [InlineData("}", "column 1 is not JSON: ")]
    [InlineData("  {\"é\":}", "column 8 is not JSON: '}' is an invalid start of a value; each line needs to be one whole JSON object.")]
    [InlineData("hello", "column 1 is not JSON: ")]
    [InlineData("# a remark", "column 1 is not JSON: ")]
    [InlineData("// a remark", "is not JSON: ")]
    [InlineData("prompt,answer", "column 1 is not JSON: ")]
    [InlineData("[", "the file looks like one JSON list; write each of its objects on a line of its own.")]
    [InlineData(Good + ",", "is not JSON: ")]
    [InlineData(Good + Good, "is not JSON: ")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]""", "is not JSON: ")]
    [InlineData("""{"messages":[{"role":"user","content":"a}]}""", "is not JSON: ")]
    [InlineData("""{"messages":[{"role":"user","content":"a",}]}""", "is not JSON: ")]
    [InlineData("""{'messages':[{'role':'user','content':'a'}]}""", "is not JSON: ")]
    [InlineData("""{messages:[{"role":"user","content":"a"}]}""", "is not JSON: ")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"reference_answer":NaN}""", "is not JSON: ")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"reference_answer":None}""", "is not JSON: ")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"reference_answer":012}""", "is not JSON: ")]
    [InlineData("""{"messages":[{"role":"user","content":"\x41"}]}""", "is not JSON: ")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\tb\"}]}", "is not JSON: ")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\0b\"}]}", "is not JSON: ")]
    [InlineData("""{"messages":[],"messages":[]}""", "is not JSON: Duplicate property 'messages'")]
    [InlineData("[]", "the line is [], but needs to be an object with \"messages\".")]
    [InlineData("5", "the line is 5, but needs to be an object with \"messages\".")]
    [InlineData("null", "the line is null, but needs to be an object with \"messages\".")]
    [InlineData("\"7+5?\"", "the line is \"7+5?\", but needs to be an object with \"messages\".")]
    [InlineData("{}", "\"messages\" is missing; it needs to be a list of turns such as [{\"role\":\"user\",\"content\":\"…\"}].")]
    [InlineData("""{"Messages":[],"text":"a"}""", "The line has \"Messages\", \"text\"; \"prompt\" or \"question\" with \"answer\" are read too.")]
    [InlineData("""{"messages":"7+5?"}""", "\"messages\" is \"7+5?\", but needs to be a list of turns")]
    [InlineData("""{"messages":null}""", "\"messages\" is null, but needs to be a list of turns")]
    [InlineData("""{"messages":{"role":"user","content":"a"}}""", "but needs to be a list of turns")]
    [InlineData("""{"messages":[]}""", "\"messages\" is [], but needs to be a list of turns")]
    [InlineData("""{"messages":["7+5?"]}""", "messages[0] is \"7+5?\", but needs to be an object with \"role\" and \"content\".")]
    [InlineData("""{"messages":[[{"role":"user","content":"a"}]]}""", "messages[0] is [{")]
    [InlineData("""{"messages":[{"content":"a"}]}""", "messages[0].role is missing, but needs to be one of system, developer, user, assistant, tool, function.")]
    [InlineData("""{"messages":[{"role":"human","content":"a"}]}""", "messages[0].role is \"human\", but needs to be one of")]
    [InlineData("""{"messages":[{"role":"User","content":"a"}]}""", "messages[0].role is \"User\", but needs to be one of")]
    [InlineData("""{"messages":[{"role":1,"content":"a"}]}""", "messages[0].role is 1, but")]
    [InlineData("""{"messages":[{"role":null,"content":"a"}]}""", "messages[0].role is null, but")]
    [InlineData("""{"messages":[{"from":"human","value":"a"}]}""", "messages[0].role is missing", 2)]
    [InlineData("""{"messages":[{"role":"user"}]}""", "messages[0].content is missing, but needs to be a text or a list of text parts.")]
    [InlineData("""{"messages":[{"role":"user","content":null}]}""", "messages[0].content is null, but")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""", "messages[0].content is 7, but")]
    [InlineData("""{"messages":[{"role":"user","content":{"type":"text","text":"a"}}]}""", "messages[0].content is {")]
    [InlineData("""{"messages":[{"role":"user","content":""}]}""", "messages[0].content is empty;")]
    [InlineData("""{"messages":[{"role":"user","content":" \n"}]}""", "messages[0].content is empty; write the turn's text or remove the record.")]
    [InlineData("""{"messages":[{"role":"user","content":[]}]}""", "messages[0].content is empty;")]
    [InlineData("""{"messages":[{"role":"user","content":["a"]}]}""", "messages[0].content[0] is \"a\", but needs to be a text part")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "messages[0].content[0] is {\"type\":\"image_url\"}, but needs to be a text part")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":5}]}]}""", "messages[0].content[0] is ")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"input_audio"}]}]}""", "messages[0].content[1] is ")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""", "half of a surrogate pair")]
    [InlineData("""{"\ud800":1,"messages":[{"role":"user","content":"a"}]}""", "half of a surrogate pair")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"system","content":"b"},{"role":"user","content":"c"}]}""", "messages[1] is a system turn, but only the first turn can be one; move it to the front.")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"developer","content":"b"},{"role":"user","content":"c"}]}""", "messages[1] is a developer turn, but only the first turn can be one;")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}""", "the last turn is an assistant turn, so there is nothing to answer;")]
    [InlineData("""{"messages":[{"role":"system","content":"a"}]}""", "the last turn is a system turn, so there is nothing to answer;")]
    [InlineData("""{"messages":[{"role":"system","content":"a"},{"role":"tool","content":"b"}]}""", "\"messages\" has no user turn;")]
    [InlineData("""{"messages":[{"role":"user","content":"a","weight":0}]}""", "messages[0] has \"weight\", which is not supported; the loss sees every assistant turn.")]
    [InlineData("""{"id":"","messages":[{"role":"user","content":"a"}]}""", "\"id\" is \"\", but needs to be a text that is not empty; leave it out to get \"line-2\".")]
    [InlineData("""{"id":{},"messages":[{"role":"user","content":"a"}]}""", "\"id\" is {}, but")]
    [InlineData("""{"id":true,"messages":[{"role":"user","content":"a"}]}""", "\"id\" is true, but")]
    [InlineData("""{"id":"line-1","messages":[{"role":"user","content":"a"}]}""", "the id \"line-1\" is that of line 1 too; ids need to differ.")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"reference_answer":""}""", "\"reference_answer\" is empty;")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"reference_answer":{}}""", "\"reference_answer\" is empty;")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"reference_answer":[]}""", "\"reference_answer\" is empty;")]
    public void A_bad_line_is_told_by_number_and_the_others_are_read(string line, string sentence, int problems = 1) => Refused(line, sentence, problems);

    [Theory]
    [InlineData("{}", "\"tools\" is {}, but needs to be a list of JSON schemas of functions.")]
    [InlineData("\"add\"", "\"tools\" is \"add\", but")]
    [InlineData("[\"add\"]", "\"tools\" is [\"add\"], but")]
    [InlineData("[]", "\"tools\" is empty; name a tool, or leave the key out")]
    [InlineData("[{}]", "tools[0] is {}, but needs to be a function with a name")]
    [InlineData("""[{"type":"function"}]""", "tools[0] is {\"type\":\"function\"}, but needs to be a function with a name")]
    [InlineData("""[{"type":"function","function":{"name":" "}}]""", "needs to be a function with a name")]
    [InlineData("""[{"type":"file_search"}]""", "tools[0] is {\"type\":\"file_search\"}, but needs to be a function")]
    [InlineData("""[{"name":"f"},{"type":"function","function":{"name":"f"}}]""", "tools[1] is named \"f\" as another tool is;")]
    [InlineData("""[{"name":"f","parameters":"none"}]""", "tools[0]: the parameters of \"f\" are \"none\", but need to be a JSON schema, an object.")]
    public void Bad_tools_are_told(string tools, string sentence) => Refused($$"""{"messages":[{{Asked}}],"tools":{{tools}}}""", sentence);

    [Theory]
    [InlineData("""{"role":"assistant","tool_calls":{}}""", "messages[1].tool_calls is {}, but needs to be a list of calls")]
    [InlineData("""{"role":"assistant","content":"b","tool_calls":[]}""", "messages[1].tool_calls is [], but")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"1"}]}""", "messages[1].tool_calls[0] is {\"id\":\"1\"}, but needs to be a call with a name")]
    [InlineData("""{"role":"assistant","tool_calls":["f"]}""", "messages[1].tool_calls[0] is \"f\", but needs to be a call")]
    [InlineData("""{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{"}}]}""", "messages[1].tool_calls[0]: the arguments of \"f\" are \"{\", but need to be a JSON object")]
    [InlineData("""{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":[1]}}]}""", "the arguments of \"f\" are [1], but")]
    [InlineData("""{"role":"assistant","function_call":"f"}""", "messages[1].function_call is \"f\", but needs to be a call")]
    [InlineData("""{"role":"user","content":"b","tool_calls":[{"function":{"name":"f"}}]}""", "messages[1] has \"tool_calls\", but only an assistant turn calls tools.")]
    [InlineData("""{"role":"tool","content":"b","tool_call_id":7}""", "messages[1].tool_call_id is 7, but needs to be the id of a call, a text.")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"tool","content":"b","tool_call_id":"2"}""", "messages[2].tool_call_id is \"2\", but no call before it has that id.")]
    [InlineData("""{"role":"tool","content":{"sum":3}}""", "messages[1].content is {\"sum\":3}, but")]
    public void Bad_calls_of_tools_are_told(string turns, string sentence) => Refused($$"""{"messages":[{{Asked}},{{turns}},{{Asked}}]}""", sentence);

    [Theory]
    [InlineData("""{"prompt":""}""", "\"prompt\" is empty; write the prompt or remove the record.")]
    [InlineData("""{"prompt":7}""", "\"prompt\" is 7, but needs to be a text or a list of turns")]
    [InlineData("""{"prompt":[]}""", "\"prompt\" is [], but needs to be a text or a list of turns")]
    [InlineData("""{"prompt":["a"]}""", "prompt[0] is \"a\", but needs to be an object")]
    [InlineData("""{"prompt":[{"role":"assistant","content":"a"}]}""", "end \"prompt\" with a user turn")]
    [InlineData("""{"question":null,"answer":"a"}""", "\"question\" is null, but")]
    [InlineData("""{"question":"a","answer":" "}""", "\"answer\" is empty; write the answer")]
    [InlineData("""{"prompt":[{"role":"user","content":"a"}],"reward_model":"rule"}""", "\"reward_model\" is \"rule\", but needs to be an object")]
    [InlineData("""{"prompt":[{"role":"user","content":"a"}],"reward_model":{"ground_truth":""}}""", "\"reward_model.ground_truth\" is empty;")]
    public void Bad_rows_of_other_shapes_are_told(string line, string sentence) => Refused(line, sentence);

    void Refused(string line, string sentence, int problems = 1)
    {
        string path = Path.Combine(_folder, "data.jsonl");
        File.WriteAllText(path, $"{Good}\n{line}\n{Good}");

        var result = DataFile.ReadPrompts(path);

        Assert.Equal(problems, result.ProblemCount);
        Assert.All(result.Problems, problem => Assert.Equal(2, problem.Line));
        Assert.Contains(sentence, result.Problems[0].Sentence);
        Assert.All(result.Problems, problem => Assert.EndsWith(".", problem.Sentence));
        Assert.Equal([1, 3], result.Records.Select(record => record.Line));
    }
}
