namespace Hone.Server.Bedrock.Storage;

/// <summary>The folder whose sub-folders are buckets.</summary>
sealed class BucketFolder(ServerSettings settings)
{
    public bool Has(string bucket) => Patterns.Bucket().IsMatch(bucket) && Directory.Exists(Path.Combine(Folder, bucket));

    public void Make(string bucket) => Directory.CreateDirectory(Path.Combine(Folder, bucket));

    string Folder => settings switch
    {
        { BucketFolder: { } folder } => folder,
        { S3Endpoint: { } endpoint } => throw ApiProblem.Invalid($"This server's buckets lie at {endpoint}; ask there, and not below /s3."),
        _ => Path.Combine(settings.DataFolder, "buckets"),
    };
}
