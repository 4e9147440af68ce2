using System.Text.Json;
using Hone.Grading;
using Hone.Tests.Grading.Workers;

namespace Hone.Tests.Grading.Programs;

[Collection(WorkerCollection.Name)]
public sealed class PythonGraderTests : IDisposable
{
    // As the service's documentation has it: a list in, a list out.
    const string Handler = """
        import re, json

        def lambda_handler(event, context):
            print("Event:", json.dumps(event))
            return [score(sample, context) for sample in event]

        def score(sample, context):
            answer = sample["messages"][-1]["content"]
            truth = sample["metadata"]["reference_answer"]["final_answer"]
            assert sample["reference_answer"]["final_answer"] == truth
            assert context.get_remaining_time_in_millis() > 0 and context.memory_limit_in_mb > 0
            found = re.findall(r"#### (-?[0-9.,]+)", answer)
            correct = float(bool(found) and found[-1].replace(",", "") == truth)
            return {
                "id": sample["id"],
                "aggregate_reward_score": correct,
                "metrics_list": [{"name": "correct", "value": correct, "type": "Reward"}],
            }
        """;

    const string Ones = "[{'id': one['id'], 'aggregate_reward_score': 1} for one in event]";

    readonly string _folder = Directory.CreateTempSubdirectory("hone-python-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PythonTheory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_reward_function_of_the_service_runs_unchanged(int batch)
    {
        Write("reward.py", Handler);
        await using var grader = Grader($$"""{"kind":"python","file":"reward.py","batch":{{batch}},"workers":2}""");
        GradingItem[] items = [.. Enumerable.Range(0, 20).Select(i => Records.Of($"#### {i % 4}", """{"reference_answer":{"final_answer":"2","steps":[]}}""", $"{i}"))];

        var grades = await grader.Grade(items, CancellationToken.None);

        Assert.Equal(items.Select(item => item.Completion == "#### 2" ? 1.0 : 0), items.Select(item => grades.Single(grade => grade.Id == item.Id).Score!.Value));
        Assert.All(grades, grade => Assert.Equal("correct", Assert.Single(grade.Metrics).Name));
    }

    [PythonTheory]
    [InlineData("import helper\ndef lambda_handler(event, context): return helper.grade(event)")]
    [InlineData("rules = open('rules.txt').read()\nfrom helper import grade as lambda_handler")]
    [InlineData($"def lambda_handler(event, context): return {{'statusCode': 200, 'body': {Ones}}}")]
    [InlineData("from decimal import Decimal\ndef lambda_handler(event, context): return [{'id': e['id'], 'aggregate_reward_score': Decimal('1')} for e in event]")]
    public async Task Files_beside_it_and_answers_of_a_proxy_work(string source)
    {
        Write("reward.py", source);
        Write("helper.py", $"def grade(event, context=None): return {Ones}");
        Write("rules.txt", "rules");
        Write("types.py", "raise ValueError('this file only has the name of a module')");
        await using var grader = Grader("""{"kind":"python","file":"reward.py","workers":1}""");

        Assert.Equal(1, (await grader.GradeOne(Items.Of("x"))).Score);
    }

    [PythonTheory]
    [InlineData("return 0.25", "x", 0.25)]
    [InlineData("return True", "x", 1)]
    [InlineData("return sample['output_text'] == 'x'", "x", 1)]
    [InlineData("return sample['output_json']['a'][1]", """{"a":[1,2]}""", 2)]
    [InlineData("return sample['output_json'] is None", "{", 1)]
    [InlineData("return len(sample['choices'][0]['message']['content'])", "four", 4)]
    [InlineData("return item['level'] + (item['reference_answer'] == '7')", "x", 4)]
    public async Task A_source_gets_a_sample_and_an_item(string body, string completion, double score)
    {
        await using var grader = Source(body);

        Assert.Equal(score, (await grader.GradeOne(Records.Of(completion, """{"reference_answer":"7","level":3}"""))).Score);
    }

    [PythonTheory]
    [InlineData("return None", "answer: ")]
    [InlineData("return '1'", "answer: ")]
    [InlineData("return float('nan')", "answer: ")]
    [InlineData("raise KeyError('no')", "exception: KeyError: 'no' (line 2 of grader)")]
    [InlineData("return sample.x", "exception: AttributeError")]
    [InlineData("return (", "start: grade could not be loaded: SyntaxError")]
    public async Task A_source_that_fails_is_a_fault(string body, string fault)
    {
        await using var grader = Source(body);

        Assert.StartsWith(fault, $"{(await grader.GradeOne(Items.Of("x"))).Fault}");
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    IGrader Source(string body) =>
        Grader(JsonSerializer.Serialize(new { type = "python", source = $"def grade(sample, item):\n    {body}\n", workers = 1 }));

    IGrader Grader(string json) => GraderSettings.Parse(json).Build(new(_folder));
}
