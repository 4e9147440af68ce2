using System.Security.Cryptography;
using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Files;

public sealed class FolderFilesTests
{
    static readonly Caller _mine = new(Caller.FirstAccount, "key1", KeyScopes.All), _theirs = new("000000000002", "key2", KeyScopes.All);
    static readonly CancellationToken _stop = CancellationToken.None;

    [Theory, OnSqlite, OnPostgres]
    public async Task A_file_comes_back_as_it_was_uploaded(string kind)
    {
        await using var store = await FileStore.Open(kind);
        byte[] content = RandomNumberGenerator.GetBytes(300_000);

        var added = await store.Files.Add(_mine, "träining 😀.jsonl", "fine-tune", new MemoryStream(content), null, _stop);

        Assert.Equal((content.Length, Convert.ToHexStringLower(SHA256.HashData(content))), (added.Bytes, added.Sha256));
        Assert.Matches("^file-[a-z0-9]{24}$", added.Id);
        Assert.Equal(added, await store.Files.Find(_mine, added.Id, _stop));
        Assert.Equal(content, await store.Content(_mine, added.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Files_of_another_account_are_not_there(string kind)
    {
        await using var store = await FileStore.Open(kind);
        var file = await store.Add(_theirs, "theirs.jsonl");

        await Sentences.Refused(ProblemKind.NotFound, () => store.Files.Find(_mine, file.Id, _stop));
        await Sentences.Refused(ProblemKind.NotFound, () => store.Files.Open(_mine, file.Id, _stop));
        await Sentences.Refused(ProblemKind.NotFound, () => store.Files.Delete(_mine, file.Id, _stop));
        await Sentences.Refused(ProblemKind.Invalid, () => store.Files.List(_mine, null, file.Id, 10, false, _stop));

        Assert.Empty((await store.Files.List(_mine, null, null, 10, false, _stop)).Items);
        Assert.Equal("content", Encoding.UTF8.GetString(await store.Content(_theirs, file.Id)));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Pages_follow_one_another_in_both_orders(string kind)
    {
        await using var store = await FileStore.Open(kind);
        List<string> ids = [];
        for (int i = 0; i < 5; i++)
        {
            // Two of the same moment: the id decides then.
            store.Time.Advance(TimeSpan.FromMilliseconds(i == 2 ? 0 : 10));
            ids.Add((await store.Add(_mine, $"{i}.jsonl", i % 2 == 0 ? "fine-tune" : "batch")).Id);
        }

        foreach (bool oldestFirst in new[] { false, true })
        {
            List<string> seen = [];
            for (Page<StoredFile>? page = null; page is null or { More: true };)
            {
                page = await store.Files.List(_mine, null, page?.Items[^1].Id, 2, oldestFirst, _stop);
                seen.AddRange(page.Items.Select(file => file.Id));
            }

            Assert.Equal(ids.Order(), seen.Order());
            Assert.Equal(oldestFirst ? ids[0] : ids[4], seen[0]);
        }

        Assert.Equal(3, (await store.Files.List(_mine, "fine-tune", null, 10, false, _stop)).Items.Count);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_broken_upload_leaves_nothing(string kind)
    {
        await using var store = await FileStore.Open(kind);

        await Assert.ThrowsAsync<EndOfStreamException>(() => store.Files.Add(_mine, "half.jsonl", "fine-tune", new BreakingStream(200_000), null, _stop));

        Assert.Empty((await store.Files.List(_mine, null, null, 10, false, _stop)).Items);
        Assert.Empty(store.OnDisk());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_is_too_long_for_the_server_or_the_account_leaves_nothing(string kind)
    {
        await using var store = await FileStore.Open(kind, settings => settings with { LargestFile = 1000, FilesPerAccount = 1500 });

        await Sentences.Refused(ProblemKind.TooLarge, () => store.Add(_mine, "a", content: new string('x', 1001)), "1000");
        await store.Add(_mine, "b", content: new string('x', 900));
        await Sentences.Refused(ProblemKind.TooLarge, () => store.Add(_mine, "c", content: new string('x', 700)), "1500");
        await store.Add(_theirs, "d", content: new string('x', 900));

        Assert.Equal(2, store.OnDisk().Count);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Uploads_at_the_same_time_stay_within_the_quota_together(string kind)
    {
        await using var store = await FileStore.Open(kind, settings => settings with { FilesPerAccount = 1000 });

        var uploads = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            try
            {
                await store.Add(_mine, $"{i}", content: new string('x', 300));
                return 1;
            }
            catch (ApiProblem)
            {
                return 0;
            }
        }));

        Assert.Equal(3, (await Task.WhenAll(uploads)).Sum());
        Assert.Equal(3, store.OnDisk().Count);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_file_whose_time_is_over_is_gone_and_swept_away(string kind)
    {
        await using var store = await FileStore.Open(kind);
        var file = await store.Files.Add(_mine, "brief", "fine-tune", Bytes("x"), store.Time.GetUtcNow().AddHours(1), _stop);
        await store.Add(_mine, "stays");

        store.Time.Advance(TimeSpan.FromHours(1));

        await Sentences.Refused(ProblemKind.NotFound, () => store.Files.Find(_mine, file.Id, _stop));
        await store.Files.Sweep(DateTimeOffset.MinValue, _stop);
        Assert.Single(store.OnDisk());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task The_sweep_takes_what_no_row_names_and_nothing_else(string kind)
    {
        await using var store = await FileStore.Open(kind);
        var kept = await store.Add(_mine, "kept");
        string folder = Path.Combine(store.Over.Folder, "files");
        File.WriteAllText(Path.Combine(folder, "file-orphan"), "x");
        File.WriteAllText(Path.Combine(folder, "incoming", "file-half"), "x");

        await store.Files.Sweep(DateTimeOffset.UtcNow.AddMinutes(1), _stop);

        Assert.Equal([kept.Id], store.OnDisk());
        Assert.Equal("content", Encoding.UTF8.GetString(await store.Content(_mine, kept.Id)));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_sweep_leaves_what_is_uploaded_meanwhile(string kind)
    {
        await using var store = await FileStore.Open(kind);
        using var uploaded = new CancellationTokenSource();
        var sweeping = Task.Run(async () =>
        {
            while (!uploaded.IsCancellationRequested)
            {
                await store.Files.Sweep(DateTimeOffset.UtcNow.AddDays(-1), _stop);
            }
        });

        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var file = await store.Add(_mine, $"{i}");
            Assert.Equal("content", Encoding.UTF8.GetString(await store.Content(_mine, file.Id)));
        });

        await uploaded.CancelAsync();
        await sweeping;
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Encrypted_files_need_the_key_that_they_were_written_with(string kind)
    {
        await using var store = await FileStore.Open(kind);
        string key = Path.Combine(store.Over.Folder, "key"), other = Path.Combine(store.Over.Folder, "other");
        File.WriteAllText(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.WriteAllText(other, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var plain = await store.Add(_mine, "plain");

        var file = await store.With(key).Add(_mine, "secret.txt", "fine-tune", Bytes("a secret"), null, _stop);

        Assert.DoesNotContain("secret", File.ReadAllText(Path.Combine(store.Over.Folder, "files", file.Id)));
        Assert.Equal("a secret", Encoding.UTF8.GetString(await FileStore.Content(store.With(key), _mine, file.Id)));
        Assert.Equal("content", Encoding.UTF8.GetString(await FileStore.Content(store.With(key), _mine, plain.Id)));
        Assert.Contains("another key", (await Assert.ThrowsAnyAsync<Exception>(() => store.With(other).Open(_mine, file.Id, _stop))).Message);
        Assert.Contains("--encryption-key-file", (await Assert.ThrowsAnyAsync<Exception>(() => store.Files.Open(_mine, file.Id, _stop))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u001bb")]
    [InlineData("report\u202Elnosj.exe")]
    [InlineData("\u2066x")]
    public void A_name_that_is_none_is_refused(string name)
    {
        var problem = Assert.Throws<ApiProblem>(() => FileName.Require(name));
        Assert.Equal(ProblemKind.Invalid, problem.Kind);
        Assert.DoesNotContain(problem.Message, char.IsControl);
    }

    [Fact]
    public void Half_a_character_is_refused() => Assert.Throws<ApiProblem>(() => FileName.Require("half \uD83D"));

    [Theory]
    [InlineData("con")]
    [InlineData("...")]
    [InlineData("-rf *")]
    [InlineData("'; DROP TABLE files; --")]
    [InlineData("%2e%2e%2fx")]
    [InlineData("日本語 😀.jsonl")]
    public void A_name_is_data_whatever_it_says(string name) => FileName.Require(name);

    static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    sealed class BreakingStream(int after) : MemoryStream(new byte[after])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new EndOfStreamException();
    }

    sealed class FileStore : IAsyncDisposable
    {
        readonly ServerSettings _settings;

        FileStore(TestDatabase over, Func<ServerSettings, ServerSettings>? change)
        {
            Over = over;
            var settings = over.Of(new ServerSettings { DataFolder = over.Folder });
            _settings = change?.Invoke(settings) ?? settings;
            Files = With(null);
        }

        public TestDatabase Over { get; }
        public ManualTime Time { get; } = new();
        public FolderFiles Files { get; }

        public static async Task<FileStore> Open(string kind, Func<ServerSettings, ServerSettings>? change = null) =>
            new(await TestDatabase.Open(kind), change);

        public FolderFiles With(string? keyFile)
        {
            var settings = _settings with { EncryptionKeyFile = keyFile };
            return new(new FileRows(Over.Database, new AuditLog(Over.Database, Time)), new FileContents(settings), settings, Time);
        }

        public Task<StoredFile> Add(Caller caller, string name, string purpose = "fine-tune", string content = "content") =>
            Files.Add(caller, name, purpose, Bytes(content), null, _stop);

        public Task<byte[]> Content(Caller caller, string id) => Content(Files, caller, id);

        public static async Task<byte[]> Content(FolderFiles files, Caller caller, string id)
        {
            await using var stream = await files.Open(caller, id, _stop);
            var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            return copy.ToArray();
        }

        public IReadOnlyList<string> OnDisk() =>
            [.. Directory.GetFiles(Path.Combine(Over.Folder, "files"), "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path))];

        public ValueTask DisposeAsync() => Over.DisposeAsync();
    }
}
