using Hone.Server.Accounts;

namespace Hone.Server;

/// <summary>What is wrong with the settings of a server, all at once.</summary>
static class SettingsProblems
{
    /// <exception cref="ApiProblem">One sentence for each problem, each naming the option.</exception>
    public static void Refuse(ServerSettings settings)
    {
        string[] problems = [.. Of(settings)];
        if (problems.Length > 0)
        {
            throw ApiProblem.Invalid(string.Join(" ", problems));
        }
    }

    static IEnumerable<string> Of(ServerSettings settings)
    {
        if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.AbsolutePath != "/")
        {
            yield return $"--url is {settings.Url}, but needs to look like http://127.0.0.1:8642.";
        }
        else if (settings.InsecureLocal && !LocalRequest.IsLoopbackHost(address.Host))
        {
            yield return $"--insecure-local needs no key, so --url must be of this machine alone, such as http://127.0.0.1:8642, but is {settings.Url}.";
        }

        foreach (string folder in settings.ModelFolders.Where(folder => !Directory.Exists(folder)))
        {
            yield return $"--model-folders names {folder}, but there is no such folder.";
        }

        if (settings.BucketFolder is { } buckets && !Directory.Exists(buckets))
        {
            yield return $"--bucket-folder is {buckets}, but there is no such folder.";
        }

        if (settings is { BucketFolder: not null, S3Endpoint: not null })
        {
            yield return "--bucket-folder and --s3-endpoint both say where s3:// addresses lead; give one.";
        }

        foreach (var (option, value) in Counts(settings).Where(count => count.Value < 1))
        {
            yield return $"{option} is {value}, but needs to be 1 or more.";
        }
    }

    static IEnumerable<(string Option, long Value)> Counts(ServerSettings settings) =>
    [
        ("--batch", settings.Batch),
        ("--waiting", settings.Waiting),
        ("--largest-file", settings.LargestFile),
        ("--largest-body", settings.LargestBody),
        ("--requests-per-minute", settings.RequestsPerMinute),
        ("--concurrent-requests", settings.ConcurrentRequests),
        ("--files-per-account", settings.FilesPerAccount),
        ("--queued-jobs-per-account", settings.QueuedJobsPerAccount),
    ];
}
