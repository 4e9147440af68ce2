using Hone.Grading;
using Hone.Grading.Rules;

namespace Hone.Tests.Grading;

public class GuardedGraderTests
{
    static readonly GradingItem[] _two = [Items.Of("x", id: "1"), Items.Of("y", id: "2")];

    [Fact]
    public async Task Good_grades_pass_in_the_order_of_the_items()
    {
        var grades = await Guard(items => [.. items.Reverse().Select(item => item.Scored(double.Parse(item.Id), "fine"))]);

        Assert.Equal([1.0, 2.0], grades.Select(grade => grade.Score!.Value));
    }

    [Fact]
    public async Task An_exception_faults_every_item()
    {
        var grades = await Guard(_ => throw new FormatException("no"));

        Assert.All(grades, grade => Assert.Equal(new("mine", "FormatException: no"), grade.Fault));
    }

    [Fact]
    public async Task An_exception_in_the_task_faults_every_item() => AssertFaults(
        await Guard(new Items.Fake(async (_, _) =>
        {
            await Task.Yield();
            throw new FormatException("no");
        })),
        "no", "no");

    [Fact]
    public async Task A_missing_grade_faults_its_item_only() =>
        AssertFaults(await Guard(items => [items[1].Scored(1, "")]), "none for '1'", null);

    [Fact]
    public async Task Ids_that_were_not_asked_for_are_named() =>
        AssertFaults(await Guard(items => [items[0].Scored(1, ""), items[1].Scored(1, "") with { Id = "two" }]), null, "'two'");

    [Fact]
    public async Task Two_grades_for_one_item_are_a_fault() =>
        AssertFaults(await Guard(items => [items[0].Scored(1, ""), items[0].Scored(0, ""), items[1].Scored(1, "")]), "2 grades", null);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public async Task A_score_that_is_no_finite_number_is_a_fault(double score) =>
        AssertFaults(await Guard(items => [items[0].Scored(score, ""), items[1].Scored(1, "")]), "finite", null);

    [Fact]
    public async Task A_grade_with_both_or_neither_is_a_fault() => AssertFaults(
        await Guard(items => [new("1", null, null, "", []), new("2", 1, new("a", "b"), "", [])]), "and not both", "and not both");

    [Fact]
    public async Task A_null_list_is_a_fault() => AssertFaults(await Guard(_ => null!), "null", "null");

    [Fact]
    public async Task Null_grades_and_null_ids_are_no_grades() =>
        AssertFaults(await Guard(_ => [null!, new(null!, 1, null, "", [])]), "none for", "none for");

    [Fact]
    public async Task A_fault_of_the_grader_passes_unchanged()
    {
        var grades = await Guard(items => [.. items.Select(item => item.Failed("judge", "busy"))]);

        Assert.All(grades, grade => Assert.Equal(new("judge", "busy"), grade.Fault));
    }

    [Fact]
    public async Task A_metric_that_is_no_number_is_left_out_and_the_score_stands()
    {
        var grades = await Guard(items =>
            [.. items.Select(item => item.Scored(1, "", new Metric("a", double.NaN, MetricType.Metric), new Metric("b", 2, MetricType.Metric)))]);

        Assert.All(grades, grade => Assert.Equal("b", Assert.Single(grade.Metrics).Name));
        Assert.All(grades, grade => Assert.Equal(1, grade.Score));
    }

    [Fact]
    public async Task A_batch_past_its_deadline_faults_and_is_told_to_stop()
    {
        var told = new TaskCompletionSource();
        var endless = new Items.Fake(async (_, stop) =>
        {
            stop.Register(told.SetResult);
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return [];
        });

        var grades = await new GuardedGrader(endless, "mine", TimeSpan.FromMilliseconds(20)).Grade(_two, CancellationToken.None);

        AssertFaults(grades, "took longer than 0.02 s", "took longer than 0.02 s");
        await told.Task;
    }

    [Fact]
    public async Task A_grader_that_blocks_its_thread_is_past_its_deadline_too()
    {
        using var release = new ManualResetEventSlim();
        var blocking = new Items.Fake(_ =>
        {
            release.Wait(TimeSpan.FromSeconds(30));
            return [];
        });

        var grades = await new GuardedGrader(blocking, "mine", TimeSpan.FromMilliseconds(20)).Grade(_two, CancellationToken.None);
        release.Set();

        AssertFaults(grades, "took longer", "took longer");
    }

    [Fact]
    public async Task A_grader_that_cancels_itself_is_a_fault() =>
        AssertFaults(await Guard(_ => throw new OperationCanceledException()), "Canceled", "Canceled");

    [Fact]
    public async Task A_stopped_run_is_cancelled_and_not_graded()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new GuardedGrader(new FormatGrader(), "mine", TimeSpan.FromSeconds(30)).Grade(_two, stop.Token));
    }

    [Fact]
    public async Task Grades_that_come_with_the_stop_are_dropped()
    {
        using var stop = new CancellationTokenSource();
        var stopping = new Items.Fake(items =>
        {
            stop.Cancel();
            return [.. items.Select(item => item.Failed("connection", "it was closed."))];
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new GuardedGrader(stopping, "mine", TimeSpan.FromSeconds(30)).Grade(_two, stop.Token));
    }

    [Fact]
    public async Task A_long_message_is_cut()
    {
        var grades = await Guard(_ => throw new FormatException(new string('x', 100_000)));

        Assert.All(grades, grade => Assert.InRange(grade.Fault!.Message.Length, 400, 600));
    }

    static Task<IReadOnlyList<Grade>> Guard(Func<IReadOnlyList<GradingItem>, IReadOnlyList<Grade>> grade) =>
        Guard(new Items.Fake(grade));

    static Task<IReadOnlyList<Grade>> Guard(IGrader grader) =>
        new GuardedGrader(grader, "mine", TimeSpan.FromSeconds(30)).Grade(_two, CancellationToken.None);

    static void AssertFaults(IReadOnlyList<Grade> grades, string? first, string? second)
    {
        Assert.Equal(["1", "2"], grades.Select(grade => grade.Id));
        foreach (var (grade, message) in grades.Zip([first, second]))
        {
            Assert.Equal(message is null, grade.Fault is null);
            Assert.Equal(message is null, grade.Score is not null);
            Assert.Contains(message ?? "", grade.Fault?.Message ?? "");
        }
    }

    [Theory]
    [InlineData("""{"kind":"judge","model":"m","limits":{"batchSeconds":900},"rubric":{"criteria":[{"name":"a","description":"b"}]}}""", 900, 1000)]
    [InlineData("""{"kind":"http","url":"http://127.0.0.1:9/","timeout":"15m"}""", 3600, 4000)]
    [InlineData("""{"kind":"process","command":"true","batchSeconds":1200}""", 4800, 5200)]
    [InlineData("""{"kind":"gate","gates":[{"kind":"format"}],"grader":{"kind":"process","command":"true","batchSeconds":1200}}""", 4800, 5200)]
    [InlineData("""{"kind":"format"}""", 0, 0)]
    public async Task Graders_say_how_long_their_settings_let_a_batch_take(string settings, int least, int most)
    {
        await using var grader = new GuardedGrader(GraderSettings.Parse(settings).Build(), "mine", GuardedGrader.UsualDeadline);

        Assert.InRange(grader.Patience(1).TotalSeconds, least, most);
    }

    [Fact]
    public async Task A_grader_that_is_told_to_wait_longer_than_the_deadline_is_waited_for()
    {
        await using var grader = new GuardedGrader(new Slow(), "mine", TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, (await grader.GradeOne(Items.Of("x"))).Score);
    }

    sealed class Slow : IGrader
    {
        public TimeSpan Patience(int items) => TimeSpan.FromSeconds(30);

        public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
        {
            await Task.Delay(50, stop);
            return [.. items.Select(item => item.Scored(1, ""))];
        }
    }
}
