using Dapper;
using Hone.Jobs;

namespace Hone.Tests.Jobs;

public class RunConnectionsTests
{
    [Fact]
    public void What_Dapper_keeps_of_the_queries_of_one_run_serves_the_next()
    {
        using var folder = new TestFolder();
        WriteAndRead(folder.In("first"));

        WriteAndRead(folder.In("second"));

        string[] kept = [.. SqlMapper.GetCachedSQL(int.MaxValue).Select(query => query.Item1)];
        Assert.NotEmpty(kept);
        Assert.DoesNotContain(kept, connection => connection.Contains(folder.In("second"), StringComparison.Ordinal));
    }

    static void WriteAndRead(string path)
    {
        using var run = RunFolder.Create(path, SampleRun.Settings());
        SampleRun.RecordSteps(run, 0, 2);
        using var reader = RunReader.Open(path);
        Assert.Equal(2, reader.Metrics().Count);
    }
}
