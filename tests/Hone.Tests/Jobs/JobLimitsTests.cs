using Hone.Grading;
using Hone.Jobs;
using Hone.Jobs.Checks;
using Hone.Tensors;
using Hone.Tests.Grading.Judges;
using Hone.Training;
using Hone.Training.Judging;

namespace Hone.Tests.Jobs;

public class JobLimitsTests
{
    [Theory]
    [InlineData(2048)]
    [InlineData(int.MaxValue)]
    public void Completions_that_fill_the_model_are_refused_with_a_sentence(int tokens)
    {
        using var folder = new TestFolder();
        using var run = RunFolder.Create(folder.In("run"), ArithmeticJob.Of(folder, prompts: 4, new TrainingSettings { InferenceMaxTokens = tokens }));

        var problem = Assert.Throws<JobException>(() => new JobRunner(run, new CpuDevice()));

        Assert.Contains($"inferenceMaxTokens is {tokens}, but the model holds 2048 tokens", problem.Message);
    }

    [Fact]
    public void Fewer_prompts_than_a_batch_are_noted()
    {
        using var folder = new TestFolder();
        using var run = RunFolder.Create(folder.In("run"), ArithmeticJob.Of(folder, prompts: 4, new TrainingSettings { BatchSize = 5 }));
        using var runner = new JobRunner(run, new CpuDevice());

        Assert.Equal(2, runner.Notes.Count);
        Assert.StartsWith("trainingData has 4 records; 100 to 20,000 are advised", runner.Notes[0]);
        Assert.Contains("4 prompts are fewer than hyperParameters.batchSize (5)", runner.Notes[1]);
    }

    [Fact]
    public void A_job_that_does_not_fit_its_memory_is_refused_and_told_what_to_lower()
    {
        using var folder = new TestFolder();
        using var small = PlannedJob.Open(ArithmeticJob.Of(folder, prompts: 4, new TrainingSettings { InferenceMaxTokens = 100 }));
        var job = ArithmeticJob.Of(folder, prompts: 4, new TrainingSettings { InferenceMaxTokens = 1900 }) with { MemoryLimit = $"{small.Memory.Total}" };
        using var run = RunFolder.Create(folder.In("run"), job);

        var problem = Assert.Throws<JobException>(() => new JobRunner(run, new CpuDevice()));

        Assert.Matches("lower hyperParameters.inferenceMaxTokens from 1900 to [0-9]+", problem.Message);
    }

    [Fact]
    public void A_judge_on_this_machine_is_in_the_memory_plan_once_for_each_grader()
    {
        using var folder = new TestFolder();
        var job = ArithmeticJob.Of(folder, prompts: 4, new TrainingSettings { InferenceMaxTokens = 100 });
        string judge = """{"kind":"judge","modelFolder":"FOLDER","rubric":{"criteria":[{"name":"a","description":"b"}]}}""".Replace("FOLDER", job.BaseModel);
        string two = """{"kind":"weighted","parts":[{"weight":1,"grader":JUDGE},{"weight":1,"name":"b","grader":JUDGE}]}""".Replace("JUDGE", judge);
        using var plain = PlannedJob.Open(job);
        using var judged = PlannedJob.Open(job with { Grader = GraderSettings.Parse(two) });

        long each = (judged.Memory.Total - plain.Memory.Total) / 2;
        Assert.InRange(each, plain.Memory.Weights, 100 * plain.Memory.Weights);
        Assert.Contains(judged.Memory.Parts, part => part == ("judges", 2 * each));
    }

    [Fact]
    public async Task A_check_that_spends_its_judges_budget_still_tells_what_the_run_will_cost()
    {
        using var folder = new TestFolder();
        using var stub = new ChatStub(_ => ChatStub.Reply.Of("""{"a":"yes"}"""));
        string judge = """
            {"kind":"judge","endpoint":"ENDPOINT","model":"m","cache":false,"price":{"input":1000,"output":0},"budget":{"hard":0.2},
            "limits":{"concurrency":1},"rubric":{"criteria":[{"name":"a","description":"b"}]}}
            """.Replace("ENDPOINT", stub.Endpoint);
        using var plan = PlannedJob.Open(ArithmeticJob.Of(folder, prompts: 4, new TrainingSettings { InferenceMaxTokens = 4, TrainingSamplePerPrompt = 2 }) with
        {
            Grader = GraderSettings.Parse(judge),
        });
        using var model = plan.Shapes.WithWeights(new CpuDevice());
        await using var grader = plan.Job.Grader.BuildGuarded(GraderContext.Here);

        var report = JobCheck.Run(plan, model, grader, null, null, null, CancellationToken.None);

        Assert.False(report.Passed);
        Assert.Equal(["judge budget", "judge budget"], report.Findings.Select(finding => finding.Kind));
        Assert.Contains("budget.hard is 0.2", report.Findings[0].Sentence);
        Assert.Contains("will cost", report.Findings[1].Sentence);
        Assert.Equal(8 * 0.1, Assert.Single(report.Judges).CostPerStep);
    }

    [Fact]
    public void A_memory_limit_that_is_no_size_is_a_problem_of_the_job()
    {
        var job = SampleRun.Settings() with { MemoryLimit = "plenty" };

        Assert.Contains("memoryLimit is 'plenty'", Assert.Single(job.Problems()));
    }
}
