namespace Hone.Server;

/// <summary>How a server runs. The members are the options of <c>hone serve</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>Everything the server keeps: database, files, runs, its own secrets.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Folders whose sub-folders are base models; a sub-folder's name is the model's id.</summary>
    public IReadOnlyList<string> ModelFolders { get; init; } = [];

    /// <summary>Address to listen at. Port 0: any free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:8642";

    /// <summary>Connection string of a PostgreSQL database that several nodes share. Null: SQLite in the data folder.</summary>
    public string? Postgres { get; init; }

    /// <summary>No key is needed. Refused for addresses other than loopback.</summary>
    public bool InsecureLocal { get; init; }

    /// <summary>A folder whose sub-folders stand for s3:// buckets. Null: <see cref="S3Endpoint"/>, or "buckets" in the data folder.</summary>
    public string? BucketFolder { get; init; }

    /// <summary>Where s3:// addresses are fetched from, with the credentials of the AWS environment variables.</summary>
    public string? S3Endpoint { get; init; }

    /// <summary>Where Lambda functions named by ARN are called; null: AWS.</summary>
    public string? LambdaEndpoint { get; init; }

    /// <summary>File with 32 bytes, as base64, that encrypt files, rollouts and adapters at rest; null: they are not encrypted.</summary>
    public string? EncryptionKeyFile { get; init; }

    /// <summary>File with this service's own secret, which AWS secret keys are derived from. Null: server.secret in the data folder, made at the start.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Region that ARNs of this server name, and that AWS signatures must name.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Completions that the engine writes side by side.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Requests that wait at most; more get 429.</summary>
    public int Waiting { get; init; } = 256;

    /// <summary>Longest upload, in bytes.</summary>
    public long LargestFile { get; init; } = 512L << 20;

    /// <summary>Largest body of other requests, in bytes (Bedrock's limit).</summary>
    public long LargestBody { get; init; } = 25_000_000;

    /// <summary>Requests of one key in a minute; more get 429.</summary>
    public int RequestsPerMinute { get; init; } = 6000;

    /// <summary>Requests of one key at the same time, streams included; more get 429.</summary>
    public int ConcurrentRequests { get; init; } = 1024;

    /// <summary>Bytes of all files that an account may keep.</summary>
    public long FilesPerAccount { get; init; } = 20L << 30;

    /// <summary>Jobs of one account that may wait; more get 429.</summary>
    public int QueuedJobsPerAccount { get; init; } = 100;

    /// <summary>Webhooks may be addresses of this machine and its network, and http.</summary>
    public bool AllowPrivateWebhooks { get; init; }

    /// <summary>Where traces and metrics are sent over OTLP; null: nowhere.</summary>
    public string? OtlpEndpoint { get; init; }
}
