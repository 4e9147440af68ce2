using Hone.Jobs;

namespace Hone.Tests.Jobs;

public sealed class DataSourceTests : IDisposable
{
    const string Log =
        """{"invocationLogsConfig":{"usePromptResponse":true,"invocationLogSource":{"path":"logs"},"requestMetadataFilters":{"andAll":[{"equals":{"project":"x"}},{"notEquals":{"p":"y"}}]}}}""";

    readonly TestFolder _folder = new();

    public DataSourceTests()
    {
        _folder.File("model/config.json", "{}");
        _folder.File("a.jsonl", """{"prompt":"1+1?","answer":"2"}""");
        _folder.File("b.jsonl", """{"prompt":"1+2?","answer":"3"}""");
        _folder.File("logs/hour/c.json", """{"schemaType":"ModelInvocationLog","requestId":"r","input":{"inputBodyJson":{"prompt":"1+3?"}},"output":{"outputBodyJson":{"generation":"4"}},"requestMetadata":{"project":"x"}}""");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"a.jsonl\"", "a.jsonl", "2")]
    [InlineData("[\"a.jsonl\",\"b.jsonl\"]", "a.jsonl, b.jsonl", "2 3")]
    [InlineData(Log, "logs", "4")]
    public void Each_form_is_read_recorded_with_absolute_paths_and_read_again(string source, string name, string references)
    {
        var job = Read(source);
        var (again, _) = JobFile.ReadRecorded(_folder.File("elsewhere/job.json", JobFile.ToJson(job)));

        Assert.Equal(job.TrainingData, again.TrainingData);
        Assert.Equal(JobFile.ToJson(job), JobFile.ToJson(again));
        Assert.Equal(name, again.TrainingData.Name);
        Assert.Equal(references, string.Join(' ', again.TrainingData.Read().RecordsOrThrow().Select(record => record.Reference)));
        Assert.Contains(_folder.Path, JobFile.ToJson(again));
    }

    [Theory]
    [InlineData("[]", "trainingData is a list, but needs to be the path of a JSONL file, a list of such paths, or an object with invocationLogsConfig.")]
    [InlineData("[7]", "trainingData[0] is 7, but needs to be text in quotes.")]
    [InlineData("[\"a.jsonl\",\"gone.jsonl\"]", "trainingData[1] is 'gone.jsonl', but there is no file ")]
    [InlineData("\"s3://bucket/a.jsonl\"", "trainingData is 's3://bucket/a.jsonl', but there is no file ")]
    [InlineData("{}", "trainingData.invocationLogsConfig is missing;")]
    [InlineData("""{"invocationLogsConfig":{"invocationLogSource":{"path":"gone"}}}""", "trainingData.invocationLogsConfig.invocationLogSource.path is 'gone', but there is no file or folder ")]
    [InlineData("""{"invocationLogsConfig":{"invocationLogSource":{}}}""", "trainingData.invocationLogsConfig.invocationLogSource.path is missing;")]
    [InlineData("""{"invocationLogsConfig":{"invocationLogSource":{"path":"logs"},"usePromptResponses":true}}""", "trainingData.invocationLogsConfig has no key 'usePromptResponses'; did you mean 'usePromptResponse'?")]
    [InlineData("""{"invocationLogsConfig":{"invocationLogSource":{"path":"logs"},"usePromptResponse":"yes"}}""", "trainingData.invocationLogsConfig.usePromptResponse is 'yes', but needs to be true or false.")]
    [InlineData("""{"invocationLogsConfig":{"invocationLogSource":{"path":"logs"},"requestMetadataFilters":{}}}""", "trainingData.invocationLogsConfig.requestMetadataFilters has 0 of equals")]
    [InlineData("""{"invocationLogsConfig":{"invocationLogSource":{"path":"logs"},"requestMetadataFilters":{"equal":{"a":"b"}}}}""", "trainingData.invocationLogsConfig.requestMetadataFilters has no key 'equal'; did you mean 'equals'?", 2)]
    [InlineData("""{"invocationLogsConfig":{"invocationLogSource":{"path":"logs"},"requestMetadataFilters":{"equals":{"a":5}}}}""", "trainingData.invocationLogsConfig.requestMetadataFilters.equals is an object in braces, but needs to be an object of texts in quotes.", 2)]
    [InlineData("""{"invocationLogsConfig":{"invocationLogSource":{"path":"logs"},"requestMetadataFilters":{"orAll":[{"equals":{"a":"b"}},{"x":1}]}}}""", "trainingData.invocationLogsConfig.requestMetadataFilters.orAll[1] has no key 'x'", 2)]
    public void A_wrong_source_gets_a_sentence(string source, string sentence, int problems = 1)
    {
        var refusal = Assert.Throws<JobException>(() => Read(source));

        Assert.Equal(problems, refusal.Problems.Count);
        Assert.StartsWith(sentence, refusal.Problems[0]);
    }

    JobSettings Read(string source) => JobFile.Read(_folder.File("job.json",
        $$$"""{"name": "sums", "baseModel": "model", "trainingData": {{{source}}}, "grader": {"kind": "finalNumber"}}"""));
}
