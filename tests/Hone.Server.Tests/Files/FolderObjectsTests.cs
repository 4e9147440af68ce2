using Hone.Server.Files;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Files;

public sealed class FolderObjectsTests : IDisposable
{
    static readonly CancellationToken _stop = CancellationToken.None;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-buckets-").FullName;
    readonly FolderObjects _objects;

    public FolderObjectsTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "buckets", "data", "train"));
        File.WriteAllText(Path.Combine(_folder, "secret"), "secret");
        File.WriteAllText(Path.Combine(_folder, "buckets", "data", "train", "b.jsonl"), "b");
        File.WriteAllText(Path.Combine(_folder, "buckets", "data", "train", "a.jsonl"), "a");
        _objects = new FolderObjects(Path.Combine(_folder, "buckets"));
    }

    [Theory]
    [InlineData("s3://data/train/a.jsonl", "s3://data/train/a.jsonl")]
    [InlineData("s3://data/train/", "s3://data/train/a.jsonl s3://data/train/b.jsonl")]
    [InlineData("s3://data/train", "s3://data/train/a.jsonl s3://data/train/b.jsonl")]
    [InlineData("s3://data", "s3://data/train/a.jsonl s3://data/train/b.jsonl")]
    [InlineData("s3://data/none/", "")]
    public async Task A_folder_lists_what_is_below_it(string uri, string expected) =>
        Assert.Equal(expected, string.Join(' ', await _objects.List(uri, _stop)));

    [Fact]
    public async Task What_is_written_is_read_again()
    {
        await _objects.Write("s3://data/out/deep/x.csv", new MemoryStream([1, 2, 3]), _stop);
        await _objects.Write("s3://data/out/deep/x.csv", new MemoryStream([4]), _stop);

        await using var stream = await _objects.Open("s3://data/out/deep/x.csv", _stop);
        Assert.Equal(4, stream.ReadByte());
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public async Task A_probe_leaves_nothing()
    {
        await _objects.CheckWritable("s3://data/probed/", _stop);
        Assert.Empty(await _objects.List("s3://data/probed/", _stop));
    }

    [Theory]
    [InlineData("data/train")]
    [InlineData("https://data/train")]
    [InlineData("s3://")]
    [InlineData("s3:///train")]
    [InlineData("s3://da")]
    [InlineData("s3://Data/train")]
    [InlineData("s3://../secret")]
    [InlineData("s3://..../secret")]
    [InlineData("s3://data/../secret")]
    [InlineData("s3://data/train/../../../secret")]
    [InlineData("s3://data//etc/passwd")]
    [InlineData("s3://data/./train")]
    [InlineData("s3://data/train/..\\..\\secret")]
    [InlineData("s3://data/a\0b")]
    public async Task Addresses_that_lead_elsewhere_are_refused(string uri)
    {
        await Sentences.Refused(ProblemKind.Invalid, () => _objects.List(uri, _stop));
        await Sentences.Refused(ProblemKind.Invalid, () => _objects.Open(uri, _stop));
        await Sentences.Refused(ProblemKind.Invalid, () => _objects.Write(uri, Stream.Null, _stop));
    }

    [Fact]
    public async Task Links_are_not_followed()
    {
        string bucket = Path.Combine(_folder, "buckets", "data");
        File.CreateSymbolicLink(Path.Combine(bucket, "file"), Path.Combine(_folder, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(bucket, "folder"), _folder);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "buckets", "other"), _folder);

        foreach (string uri in new[] { "s3://data/file", "s3://data/folder/secret", "s3://other/secret" })
        {
            await Sentences.Refused(ProblemKind.Forbidden, () => _objects.Open(uri, _stop), "link");
            await Sentences.Refused(ProblemKind.Forbidden, () => _objects.Write(uri, Stream.Null, _stop), "link");
        }

        Assert.Equal(2, (await _objects.List("s3://data/", _stop)).Count);
        Assert.Equal("secret", File.ReadAllText(Path.Combine(_folder, "secret")));
    }

    [Fact]
    public async Task An_unknown_bucket_is_told()
    {
        await Sentences.Refused(ProblemKind.NotFound, () => _objects.List("s3://nothing/x", _stop), "nothing");
        await Sentences.Refused(ProblemKind.NotFound, () => _objects.CheckWritable("s3://nothing/x", _stop), "nothing");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
