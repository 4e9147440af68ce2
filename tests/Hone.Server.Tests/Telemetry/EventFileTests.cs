using Hone.Server.Telemetry;

namespace Hone.Server.Tests.Telemetry;

public sealed class EventFileTests
{
    // What TensorFlow 2 writes for Event(wall_time=1.5, file_version="brain.Event:2"): length, masked checksum, message, masked checksum.
    [Fact]
    public void The_first_record_is_a_version_with_its_checksums()
    {
        byte[] record = EventFile.First(1.5);

        Assert.Equal("1800000000000000A37F4B22", Convert.ToHexString(record[..12]));
        Assert.Equal("09000000000000F83F1A0D627261696E2E4576656E743A32", Convert.ToHexString(record[12..^4]));
    }

    [Fact]
    public void Points_are_read_as_they_were_written_up_to_a_torn_end()
    {
        CurvePoint[] points = [new("a", 1, 10.5, 0.25f), new("critic/rewards/mean", 300, 11, -1e-9f)];
        byte[] whole = [.. EventFile.First(10), .. points.SelectMany(EventFile.Record)];

        for (int cut = whole.Length; cut >= 0; cut--)
        {
            var (read, length) = EventFile.Read(whole.AsSpan(0, cut));
            Assert.Equal(points.Take(read.Count), read);
            Assert.True(length <= cut);
        }

        Assert.Equal(points, EventFile.Read(whole).Points);
    }

    [Fact]
    public void A_changed_byte_ends_what_is_read()
    {
        byte[] whole = [.. EventFile.First(10), .. EventFile.Record(new("a", 1, 10.5, 0.25f))];
        whole[^6] ^= 1;

        Assert.Empty(EventFile.Read(whole).Points);
    }
}
