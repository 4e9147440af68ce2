using Hone.Server.Queue;

namespace Hone.Server.Tests.Queue;

public sealed class JobMovesTests
{
    [Fact]
    public void Nothing_follows_an_end()
    {
        foreach (var from in new[] { JobStatus.Stopped, JobStatus.Completed, JobStatus.Failed })
        {
            Assert.True(JobMoves.IsEnd(from));
            Assert.DoesNotContain(Enum.GetValues<JobStatus>(), to => JobMoves.May(from, to));
        }
    }

    [Fact]
    public void Every_status_that_is_no_end_leads_to_one() => Assert.All(
        Enum.GetValues<JobStatus>().Where(status => !JobMoves.IsEnd(status)),
        from => Assert.Contains(Enum.GetValues<JobStatus>(), to => JobMoves.IsEnd(to) && JobMoves.May(from, to)));
}
