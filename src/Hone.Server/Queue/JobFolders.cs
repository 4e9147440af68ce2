namespace Hone.Server.Queue;

/// <summary>Where the data folder keeps what belongs to jobs. Nodes that share a queue share these folders, under the same path.</summary>
sealed class JobFolders(ServerSettings settings)
{
    readonly string _data = Path.GetFullPath(settings.DataFolder);

    /// <summary>The run itself, a folder like those of <c>hone train</c>.</summary>
    public string Run(string job) => Path.Combine(_data, "runs", job);

    /// <summary>What the run is made from and what came of it beside itself.</summary>
    public string Job(string job) => Path.Combine(_data, "jobs", job);

    /// <summary>The data as the run reads it, in clear; only the server's user may look.</summary>
    public string Inputs(string job) => Path.Combine(Job(job), "inputs");

    /// <summary>The job file that the run begins with.</summary>
    public string JobFile(string job) => Path.Combine(Job(job), "job.json");

    /// <summary>A sentence about a job in which files have their names, and not where this server keeps them.</summary>
    public string Plain(string job, string sentence) => new[] { Inputs(job), Job(job), Run(job) }
        .Aggregate(sentence, (text, folder) => text.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));

    public string Adapters => Path.Combine(_data, "models");

    /// <summary>A model's adapter.</summary>
    public string Adapter(string folder) => Path.Combine(Adapters, folder);
}
