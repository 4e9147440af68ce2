using System.Text;
using Hone.Jobs;
using Hone.Tensors;

namespace Hone.Tests.Jobs;

public sealed class JobFileTests : IDisposable
{
    const string Minimal =
        """
        "name": "sums", "baseModel": "model", "trainingData": "train.jsonl", "grader": {"kind": "finalNumber"}
        """;

    readonly TestFolder _folder = new();

    public JobFileTests()
    {
        _folder.File("model/config.json", "{}");
        _folder.File("train.jsonl", "{}");
        _folder.File("test.jsonl", "{}");
    }

    [Fact]
    public void A_job_with_the_least_keys_gets_the_defaults_and_absolute_paths()
    {
        var job = Read("{" + Minimal + "}");

        Assert.Equal(_folder.In("model"), job.BaseModel);
        Assert.Equal([_folder.In("train.jsonl")], job.TrainingData.Files);
        Assert.Equal(0.1, job.ValidationShare);
        Assert.Equal(16, job.HyperParameters.BatchSize);
        Assert.Equal(1, job.Evaluation.SamplesPerPrompt);
    }

    [Fact]
    public void A_model_folder_takes_the_place_of_the_jobs_which_need_not_exist()
    {
        string file = _folder.File("job.json", "{" + Minimal.Replace("\"model\"", "\"nowhere\"", StringComparison.Ordinal) + "}");

        Assert.Equal(_folder.In("model"), JobFile.Read(file, _folder.In("model")).BaseModel);
        Assert.Contains("nowhere", Assert.Throws<JobException>(() => JobFile.Read(file)).Message);
        Assert.Contains("elsewhere", Assert.Throws<JobException>(() => JobFile.Read(file, _folder.In("elsewhere"))).Message);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_tolerated() =>
        Assert.Equal("sums", Read("\uFEFF// a job\n{" + Minimal + ", /* no more */ }").Name);

    [Fact]
    public void Written_and_read_again_a_job_is_the_same_in_every_value()
    {
        var job = Read("{" + Minimal + """
            , "testData": "test.jsonl", "validationShare": 0.25, "seed": 18446744073709551615, "control": true, "compute": "bf16",
            "hyperParameters": {"batchSize": 3, "learningRateSchedule": "cosine", "maxSteps": 7, "loraTargetModules": ["q_proj"]},
            "evaluation": {"samplesPerPrompt": 4, "temperature": 0.5, "maxPrompts": 100}
            }
            """);

        string written = _folder.File("elsewhere/job.json", JobFile.ToJson(job, RunOrigin.Here("hone train job.json")));
        var (again, origin) = JobFile.ReadRecorded(written);

        Assert.Equal(JobFile.ToJson(job), JobFile.ToJson(again));
        Assert.Equal(ulong.MaxValue, again.Seed);
        Assert.Equal(Compute.Bf16, again.Compute);
        Assert.Equal("hone train job.json", origin!.Command);
    }

    [Fact]
    public void What_is_written_names_every_setting_also_those_left_out()
    {
        string json = JobFile.ToJson(Read("{" + Minimal + "}"));

        Assert.All(
            ["validationShare", "testData", "seed", "compute", "epochCount", "maxSteps", "generationBatch", "loraTargetModules", "samplesPerPrompt"],
            key => Assert.Contains($"\"{key}\":", json));
    }

    [Fact]
    public void A_recorded_job_can_be_read_when_its_model_is_gone()
    {
        string written = _folder.File("run/job.json", JobFile.ToJson(Read("{" + Minimal + "}")));
        Directory.Delete(_folder.In("model"), recursive: true);

        Assert.Equal("sums", JobFile.ReadRecorded(written).Settings.Name);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData(" \n ", "the file is empty")]
    [InlineData("[1]", "not an object in braces")]
    [InlineData("null", "not an object in braces")]
    [InlineData("{\n  \"name\": oops\n}", "line 2, column 11: this is not JSON")]
    [InlineData("{\"name\": \"a\", \"name\": \"b\"}", "name")]
    public void What_is_no_JSON_object_is_refused_with_its_place(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(Refusal(text).Problems));

    [Theory]
    [InlineData("\"batchsize\": 4", "hyperParameters has no key 'batchsize'; did you mean 'batchSize'?")]
    [InlineData("\"learning_rate\": 4", "hyperParameters has no key 'learning_rate'; did you mean 'learningRate'?")]
    [InlineData("\"lerningRat\": 4", "hyperParameters has no key 'lerningRat'; did you mean 'learningRate'?")]
    [InlineData("\"xyzzy\": 4", "hyperParameters has no key 'xyzzy'; it can have epochCount, maxSteps")]
    [InlineData("\"batchSize\": \"4\"", "hyperParameters.batchSize is '4', but needs to be a whole number")]
    [InlineData("\"batchSize\": 4.5", "hyperParameters.batchSize is 4.5, but needs to be a whole number")]
    [InlineData("\"batchSize\": 99999999999", "hyperParameters.batchSize is 99999999999, but needs to be a whole number, 2147483647 at most")]
    [InlineData("\"batchSize\": null", "hyperParameters.batchSize is null, but needs to be a whole number")]
    [InlineData("\"learningRate\": true", "hyperParameters.learningRate is true, but needs to be a number")]
    [InlineData("\"learningRate\": \"NaN\"", "hyperParameters.learningRate is 'NaN', but needs to be a number")]
    [InlineData("\"learningRateSchedule\": \"cos\"", "hyperParameters.learningRateSchedule is 'cos', but needs to be one of constant, linear, cosine")]
    [InlineData("\"learningRateSchedule\": 2", "hyperParameters.learningRateSchedule is 2, but needs to be one of constant, linear, cosine")]
    [InlineData("\"loraTargetModules\": \"q_proj\"", "hyperParameters.loraTargetModules is 'q_proj', but needs to be a list")]
    [InlineData("\"loraTargetModules\": [1]", "hyperParameters.loraTargetModules[0] is 1, but needs to be text in quotes")]
    [InlineData("\"loraTargetModules\": [null]", "hyperParameters.loraTargetModules[0] is null, but needs to be text in quotes")]
    [InlineData("\"batchSize\": 0", "hyperParameters.batchSize is 0, but needs 1 or more.")]
    [InlineData("\"learningRate\": 1e999", "hyperParameters.learningRate is ")]
    public void A_wrong_hyperparameter_gets_a_sentence(string member, string expected)
    {
        var problems = Refusal("{" + Minimal + ", \"hyperParameters\": {" + member + "}}").Problems;

        Assert.StartsWith(expected, Assert.Single(problems));
    }

    [Theory]
    [InlineData("\"batchSize\": 4", "the job file has no key 'batchSize'; batchSize belongs inside hyperParameters.")]
    [InlineData("\"evaluation\": {\"samplesPerPrompt\": 0}", "evaluation.samplesPerPrompt is 0")]
    [InlineData("\"evaluation\": {\"temperature\": -1}", "evaluation.temperature is -1")]
    [InlineData("\"evaluation\": {\"maxPrompts\": 0}", "evaluation.maxPrompts is 0")]
    [InlineData("\"evaluation\": 3", "evaluation is 3, but needs to be an object in braces.")]
    [InlineData("\"seed\": -1", "seed is -1, but needs to be a whole number, 0 or more.")]
    [InlineData("\"control\": \"yes\"", "control is 'yes', but needs to be true or false.")]
    [InlineData("\"compute\": \"fp16\"", "compute is 'fp16', but needs to be one of f32, bf16.")]
    [InlineData("\"validationShare\": 0", "validationShare is 0, but needs to be above 0")]
    [InlineData("\"validationShare\": 0.9", "validationShare is 0.9, but needs to be above 0 and at most 0.5.")]
    [InlineData("\"validationShare\": 0.1, \"validationData\": \"test.jsonl\"", "validationData and validationShare are both given")]
    [InlineData("\"testData\": \"gone.jsonl\"", "testData is 'gone.jsonl', but there is no file ")]
    [InlineData("\"testData\": \"a\\u0000b\"", "testData is 'a\0b', but there is no file ")]
    [InlineData("\"testData\": \"model\"", "testData is 'model', but that is a folder")]
    [InlineData("\"testData\": 5", "testData is 5, but needs to be the path of a JSONL file, a list of such paths, or an object with invocationLogsConfig.")]
    public void A_wrong_member_of_the_job_gets_a_sentence(string member, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Refusal("{" + Minimal + ", " + member + "}").Problems));

    [Theory]
    [InlineData("\"model\"", "\"gone\"", "baseModel is 'gone', but there is no folder ")]
    [InlineData("\"model\"", "\"train.jsonl\"", "baseModel is 'train.jsonl', but that is a file")]
    [InlineData("\"model\"", "\".\"", "baseModel is '.', but ")]
    [InlineData("\"sums\"", "\"../sums\"", "name is '../sums', but needs 1 to 64 letters")]
    [InlineData("\"sums\"", "\"\"", "name is '', but needs 1 to 64 letters")]
    [InlineData("\"name\": \"sums\", ", "", "name is missing; it needs to be text in quotes.")]
    [InlineData("\"train.jsonl\"", "7", "trainingData is 7, but needs to be the path of a JSONL file")]
    public void A_wrong_or_missing_required_key_gets_a_sentence(string written, string instead, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Refusal("{" + Minimal.Replace(written, instead) + "}").Problems));

    [Fact]
    public void A_missing_key_that_was_misspelt_is_told_once() =>
        Assert.Equal(
            "the job file has no key 'base_model'; did you mean 'baseModel'?",
            Assert.Single(Refusal("{" + Minimal.Replace("baseModel", "base_model") + "}").Problems));

    [Fact]
    public void Problems_of_every_kind_are_told_at_once()
    {
        var refusal = Refusal(
            """
            {
              "name": "a b", "baseModel": "gone", "typo": 1, "grader": {"kind": "finalNumber"},
              "hyperParameters": {"batchSize": 0, "epochCount": "two", "trainingSamplePerPrompt": 1},
              "evaluation": {"samplesPerPrompt": 0}
            }
            """);

        Assert.Equal(8, refusal.Problems.Count);
        Assert.All(
            ["name is 'a b'", "baseModel is 'gone'", "no key 'typo'", "trainingData is missing", "batchSize is 0", "epochCount is 'two'",
             "trainingSamplePerPrompt is 1", "samplesPerPrompt is 0"],
            expected => Assert.Contains(expected, refusal.Message));
    }

    [Fact]
    public void A_job_file_that_is_not_there_or_a_folder_is_refused()
    {
        Assert.Contains("no such file", Assert.Throws<JobException>(() => JobFile.Read(_folder.In("none.json"))).Message);
        Assert.Contains("this is a folder", Assert.Throws<JobException>(() => JobFile.Read(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("{\n\"\u00FF\": 1}")]
    [InlineData("{\n\"name\": \"\u00FF\"}")]
    [InlineData("{\n\"name\": \"\\ud800\"}")]
    public void Bytes_that_are_no_text_are_refused_with_their_line(string latin)
    {
        string path = _folder.In("job.json");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(latin));

        Assert.Contains("line 2: the text in quotes holds bytes that are no UTF-8", Assert.Throws<JobException>(() => JobFile.Read(path)).Message);
    }

    public void Dispose() => _folder.Dispose();

    JobSettings Read(string text) => JobFile.Read(_folder.File("job.json", text));

    JobException Refusal(string text) => Assert.Throws<JobException>(() => Read(text));
}
