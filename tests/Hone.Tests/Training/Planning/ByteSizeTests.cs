using Hone.Training.Planning;

namespace Hone.Tests.Training.Planning;

public class ByteSizeTests
{
    [Theory]
    [InlineData("6GB", 6_000_000_000)]
    [InlineData("1.5 gb", 1_500_000_000)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("800MB", 800_000_000)]
    [InlineData("12345", 12_345)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("much")]
    [InlineData("-1GB")]
    [InlineData("6 GB of it")]
    [InlineData("99999999999999999999TB")]
    public void What_is_no_size_is_refused(string text) => Assert.Null(ByteSize.Parse(text));

    [Theory]
    [InlineData(1_234_567, "1.2 MB")]
    [InlineData(850_000_000, "850 MB")]
    [InlineData(6_240_000_000, "6.2 GB")]
    public void Sizes_are_written_short(long bytes, string text) => Assert.Equal(text, ByteSize.Text(bytes));
}
