using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Queue;

public sealed class QueuedJobsTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_job_is_found_by_id_by_name_and_by_arn(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);

        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);

        string arn = $"arn:aws:bedrock:us-east-1:{Caller.FirstAccount}:model-customization-job/arithmetic/{made.Id}";
        foreach (string reference in new[] { made.Id, "ftjob-" + made.Id, made.Name, arn })
        {
            Assert.Equal(made.Id, (await server.Jobs.Find(QueueServer.Owner, reference, default)).Id);
        }

        Assert.Equal((JobStatus.Queued, "arithmetic", "sums"), (made.Status, made.BaseModel, made.ModelName));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Nobody_finds_another_accounts_job(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);

        foreach (string reference in new[] { made.Id, made.Name, $"arn:aws:bedrock:us-east-1:{Caller.FirstAccount}:model-customization-job/arithmetic/{made.Id}" })
        {
            var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Jobs.Stop(QueueServer.Stranger, reference, default));
            Assert.Equal(ProblemKind.NotFound, problem.Kind);
        }

        Assert.Empty((await server.Jobs.List(QueueServer.Stranger, new JobQuery(), default)).Items);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Equal_creations_at_the_same_moment_make_one_job(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var job = await server.Job() with { Token = "once" };

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Jobs.Create(QueueServer.Owner, job, default)));

        Assert.Single(made.Select(one => one.Id).Distinct());
        Assert.Single((await server.Jobs.List(QueueServer.Owner, new JobQuery(), default)).Items);
        Assert.Single((await server.Jobs.Events(QueueServer.Owner, made[0].Id, 0, 10, newestFirst: false, default)).Items);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Every_problem_of_a_new_job_is_told_at_once(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var job = QueueServer.Job("file-000000000000000000000000", settings =>
        {
            settings["hyperParameters"]!["loraRank"] = 0;
            settings["grader"] = "none";
        });

        var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Jobs.Create(QueueServer.Owner, job, default));

        Assert.Equal(ProblemKind.Invalid, problem.Kind);
        Assert.Contains("file-000000000000000000000000", problem.Message);
        Assert.Contains("hyperParameters.loraRank is 0", problem.Message);
        Assert.Contains("grader", problem.Message);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_unknown_model_is_not_found(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);

        var problem = await Assert.ThrowsAsync<ApiProblem>(async () =>
            await server.Jobs.Create(QueueServer.Owner, await server.Job() with { Model = "no-such" }, default));

        Assert.Equal((ProblemKind.NotFound, "model"), (problem.Kind, problem.Parameter));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Only_the_owner_of_the_machine_may_name_its_files(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        string path = Path.Combine(store.Folder, "prompts.jsonl");
        await File.WriteAllTextAsync(path, QueueServer.Prompts(8));
        var file = await server.Upload("prompts.jsonl", QueueServer.Prompts(8), QueueServer.Stranger);
        var withGrader = QueueServer.Job(file.Id, settings => settings["grader"] = new System.Text.Json.Nodes.JsonObject
        {
            ["kind"] = "python",
            ["file"] = "/etc/hostname",
        });

        await server.Jobs.Create(QueueServer.Owner, QueueServer.Job(path), default);
        var input = await Assert.ThrowsAsync<ApiProblem>(() => server.Jobs.Create(QueueServer.Stranger, QueueServer.Job(path), default));
        var grader = await Assert.ThrowsAsync<ApiProblem>(() => server.Jobs.Create(QueueServer.Stranger, withGrader, default));

        Assert.Equal(ProblemKind.Forbidden, input.Kind);
        Assert.Contains("only its owner may", grader.Message);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Lists_are_filtered_and_turned_page_by_page(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        List<string> made = [];
        for (int i = 0; i < 5; i++)
        {
            var job = await server.Job() with { Name = $"job_{i}", Metadata = new Dictionary<string, string> { ["part"] = (i % 2).ToString() } };
            made.Add((await server.Jobs.Create(QueueServer.Owner, job, default)).Id);
        }

        await server.Jobs.Stop(QueueServer.Owner, made[4], default);

        async Task<string> List(JobQuery query) => string.Join(' ', (await server.Jobs.List(QueueServer.Owner, query, default)).Items.Select(job => job.Name));
        Assert.Equal("job_4 job_3", await List(new JobQuery { Limit = 2 }));
        Assert.Equal("job_2 job_1", await List(new JobQuery { Limit = 2, After = made[3] }));
        Assert.Equal("job_0 job_1", await List(new JobQuery { Limit = 2, OldestFirst = true }));
        Assert.Equal("job_3 job_1", await List(new JobQuery { Metadata = new Dictionary<string, string> { ["part"] = "1" } }));
        Assert.Equal("job_4", await List(new JobQuery { Status = JobStatus.Stopped }));
        Assert.Equal("job_3", await List(new JobQuery { NameContains = "B_3" }));
        Assert.Equal("", await List(new JobQuery { NameContains = "%" }));
        Assert.True((await server.Jobs.List(QueueServer.Owner, new JobQuery { Limit = 4 }, default)).More);
        Assert.False((await server.Jobs.List(QueueServer.Owner, new JobQuery { Limit = 5 }, default)).More);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_waiting_job_is_paused_resumed_and_stopped_at_once_and_each_change_is_logged(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);

        Assert.Equal(JobStatus.Paused, (await server.Jobs.Pause(QueueServer.Owner, made.Id, default)).Status);
        Assert.Equal(JobStatus.Queued, (await server.Jobs.Resume(QueueServer.Owner, made.Id, default)).Status);
        Assert.Equal(JobStatus.Stopped, (await server.Jobs.Stop(QueueServer.Owner, made.Id, default)).Status);

        foreach (var change in new[] { server.Jobs.Stop, server.Jobs.Pause, server.Jobs.Resume })
        {
            Assert.Equal(ProblemKind.Conflict, (await Assert.ThrowsAsync<ApiProblem>(() => change(QueueServer.Owner, made.Id, default))).Kind);
        }

        var log = await server.Get<IAuditLog>().Read(Caller.FirstAccount, 10, null, default);
        Assert.Equal("job.stopped job.queued job.paused job.create", string.Join(' ', log.Where(entry => entry.Subject == made.Id).Select(entry => entry.Action)));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Who_follows_sees_what_is_stored_and_what_comes_once_each_until_the_end(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var made = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);
        await using var other = store.Another();
        var changes = server.Get<JobChanges>();
        var writer = Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                await changes.Apply(QueueServer.Owner, made.Id, _ => new JobChange { Notes = [new JobNote($"note {i}")] });
            }

            await server.Jobs.Stop(QueueServer.Owner, made.Id, default);
        });

        var followers = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Task.Run(async () =>
        {
            List<long> seen = [];
            await foreach (var one in server.Jobs.Follow(QueueServer.Owner, made.Id, i, default))
            {
                seen.Add(one.Number);
            }

            return seen;
        })));
        await writer;

        for (int i = 0; i < followers.Length; i++)
        {
            Assert.Equal(Enumerable.Range(i + 1, 202 - i).Select(number => (long)number), followers[i]);
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_name_is_unique_where_the_surface_promises_it(string kind)
    {
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var job = await server.Job() with { Api = JobApi.Bedrock, Name = "mine" };

        await server.Jobs.Create(QueueServer.Owner, job, default);
        var problem = await Assert.ThrowsAsync<ApiProblem>(() => server.Jobs.Create(QueueServer.Owner, job, default));

        Assert.Equal(ProblemKind.Conflict, problem.Kind);
    }
}
