namespace Hone.Server.Bedrock.Storage;

/// <summary>The folder whose sub-folders are buckets.</summary>
sealed class BucketFolder(ServerSettings settings)
{
    public bool Has(string bucket) => Patterns.Bucket().IsMatch(bucket) && Directory.Exists(Path.Combine(Folder, bucket));

    public void Make(string bucket) => Directory.CreateDirectory(Path.Combine(Folder, bucket));

    /// <summary>Bytes of all that lies in it, as it lies there.</summary>
    public long BytesOf(string bucket) => !Has(bucket) ? 0 : new DirectoryInfo(Path.Combine(Folder, bucket))
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Sum(file => file.Length);

    string Folder => settings switch
    {
        { BucketFolder: { } folder } => folder,
        { S3Endpoint: { } endpoint } => throw ApiProblem.Invalid($"This server's buckets lie at {endpoint}; ask there, and not below /s3."),
        _ => Path.Combine(settings.DataFolder, "buckets"),
    };
}
