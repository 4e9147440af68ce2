using System.CommandLine;
using Hone.Server;

namespace Hone.Cli.Commands;

/// <summary>The members of <see cref="ServerSettings"/> as options: DataFolder is --data-folder.</summary>
static class ServeOptions
{
    static readonly ServerSettings _default = new() { DataFolder = "hone-data" };

    static readonly Option<string> _dataFolder = new("--data-folder")
    {
        Description = "Everything the server keeps. Default: hone-data, or the environment variable HONE_DATA_FOLDER.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("HONE_DATA_FOLDER") ?? _default.DataFolder,
    };

    static readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Connection string of a PostgreSQL that several nodes share, or the environment variable HONE_POSTGRES. Default: SQLite in the data folder.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("HONE_POSTGRES"),
    };

    static readonly Option<string?> _secretFile = new("--secret-file")
    {
        Description = "File with the service's own secret, the same on all nodes. Default: server.secret in the data folder, made at the first start.",
    };

    static readonly Option<string[]> _modelFolders = new("--model-folders")
    {
        Description = "Folders whose sub-folders are base models. Default: the models that come with Hone.",
        AllowMultipleArgumentsPerToken = true,
    };

    static readonly Option<string> _url = Text("--url", "Address to listen at; port 0 takes any free one.", _default.Url);
    static readonly Option<bool> _insecureLocal = new("--insecure-local") { Description = "Ask for no key. For addresses of this machine only." };
    static readonly Option<string?> _bucketFolder = new("--bucket-folder") { Description = "Folder whose sub-folders stand for s3:// buckets." };
    static readonly Option<string?> _s3Endpoint = new("--s3-endpoint")
    {
        Description = "Service that s3:// addresses are fetched from, with the credentials of the AWS environment variables.",
    };

    static readonly Option<string?> _lambdaEndpoint = new("--lambda-endpoint") { Description = "Where Lambda functions are called. Default: AWS." };
    static readonly Option<string?> _encryptionKeyFile = new("--encryption-key-file")
    {
        Description = "File with 32 bytes as base64 that files, rollouts and adapters are encrypted with, or the key itself in HONE_ENCRYPTION_KEY.",
    };

    static readonly Option<string> _region = Text("--region", "Region of ARNs and AWS signatures.", _default.Region);
    static readonly Option<bool> _privateWebhooks = new("--allow-private-webhooks")
    {
        Description = "Webhooks may be addresses of this machine and its network, and http.",
    };

    static readonly Option<string?> _otlpEndpoint = new("--otlp-endpoint") { Description = "Where traces and metrics are sent over OTLP." };
    static readonly Option<int> _batch = Number("--batch", "Completions that are written side by side.", _default.Batch);
    static readonly Option<int> _waiting = Number("--waiting", "Requests that wait at most; more get 429.", _default.Waiting);
    static readonly Option<long> _largestFile = Number("--largest-file", "Longest upload, in bytes.", _default.LargestFile);
    static readonly Option<long> _largestBody = Number("--largest-body", "Largest body of other requests, in bytes.", _default.LargestBody);
    static readonly Option<int> _requestsPerMinute = Number("--requests-per-minute", "Requests of one key in a minute.", _default.RequestsPerMinute);
    static readonly Option<int> _concurrentRequests = Number("--concurrent-requests", "Requests of one key at the same time.", _default.ConcurrentRequests);
    static readonly Option<long> _filesPerAccount = Number("--files-per-account", "Bytes of files that an account may keep.", _default.FilesPerAccount);
    static readonly Option<int> _queuedJobs = Number("--queued-jobs-per-account", "Jobs of an account that may wait.", _default.QueuedJobsPerAccount);

    /// <summary>Those that say where the data are; hone keys takes them too.</summary>
    public static IReadOnlyList<Option> OfStore { get; } = [_dataFolder, _postgres, _secretFile];

    public static IReadOnlyList<Option> All { get; } =
    [
        .. OfStore, _modelFolders, _url, _insecureLocal, _bucketFolder, _s3Endpoint, _lambdaEndpoint, _encryptionKeyFile, _region, _privateWebhooks,
        _otlpEndpoint,
        _batch, _waiting, _largestFile, _largestBody, _requestsPerMinute, _concurrentRequests, _filesPerAccount, _queuedJobs,
    ];

    /// <summary>For a command that has <see cref="OfStore"/> only.</summary>
    public static ServerSettings ReadStore(ParseResult parsed) => _default with
    {
        DataFolder = Path.GetFullPath(parsed.GetRequiredValue(_dataFolder)),
        Postgres = parsed.GetValue(_postgres),
        SecretFile = parsed.GetValue(_secretFile),
    };

    public static ServerSettings Read(ParseResult parsed) => ReadStore(parsed) with
    {
        ModelFolders = [.. (parsed.GetValue(_modelFolders) is { Length: > 0 } given ? given : ShippedModels()).Select(Path.GetFullPath)],
        Url = parsed.GetRequiredValue(_url),
        InsecureLocal = parsed.GetValue(_insecureLocal),
        BucketFolder = parsed.GetValue(_bucketFolder) is { } buckets ? Path.GetFullPath(buckets) : null,
        S3Endpoint = parsed.GetValue(_s3Endpoint),
        LambdaEndpoint = parsed.GetValue(_lambdaEndpoint),
        EncryptionKeyFile = parsed.GetValue(_encryptionKeyFile),
        Region = parsed.GetRequiredValue(_region),
        AllowPrivateWebhooks = parsed.GetValue(_privateWebhooks),
        OtlpEndpoint = parsed.GetValue(_otlpEndpoint),
        Batch = parsed.GetValue(_batch),
        Waiting = parsed.GetValue(_waiting),
        LargestFile = parsed.GetValue(_largestFile),
        LargestBody = parsed.GetValue(_largestBody),
        RequestsPerMinute = parsed.GetValue(_requestsPerMinute),
        ConcurrentRequests = parsed.GetValue(_concurrentRequests),
        FilesPerAccount = parsed.GetValue(_filesPerAccount),
        QueuedJobsPerAccount = parsed.GetValue(_queuedJobs),
    };

    static string[] ShippedModels() => [Path.GetDirectoryName(Path.GetDirectoryName(ShippedFiles.Find("models/arithmetic/config.json")))!];

    static Option<string> Text(string name, string description, string value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
    };

    static Option<T> Number<T>(string name, string description, T value) => new(name) { Description = description, DefaultValueFactory = _ => value };
}
