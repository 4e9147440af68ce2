using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Registry;

namespace Hone.Server.Tests.Support;

/// <summary>A job as a queue keeps it that has just been asked for it.</summary>
static class StoredJob
{
    public static ServerJob Of(Caller caller, NewJob job, ServedModel model) => new()
    {
        Id = Ids.New(),
        Account = caller.Account,
        Api = job.Api,
        Method = job.Method,
        Name = job.Name,
        ModelName = job.ModelName ?? job.Name,
        Token = job.Token,
        BaseModel = model.Base,
        Inputs = job.Inputs,
        Settings = job.Settings,
        OutputUri = job.OutputUri,
        Request = job.Request,
        Metadata = job.Metadata,
        Status = JobStatus.Queued,
        Phases = new(JobPhase.NotStarted, JobPhase.NotStarted, JobPhase.NotStarted),
        Created = DateTimeOffset.UtcNow,
        Modified = DateTimeOffset.UtcNow,
        RunFolder = "/runs",
    };
}
