using Hone.Models.Encryption;

namespace Hone.Server.Bedrock.Storage;

/// <summary>What S3 tells of an object beside its content.</summary>
/// <param name="ETag">In quotes; changes with the object, and is no MD5, as its dash says.</param>
readonly record struct StoredObject(long Length, DateTimeOffset Modified, string ETag)
{
    public static StoredObject Of(Stream content)
    {
        var modified = content switch
        {
            FileStream file => File.GetLastWriteTimeUtc(file.Name),
            DecryptingStream { LastWriteTimeUtc: { } written } => written,
            _ => DateTime.UnixEpoch,
        };
        return new(content.Length, new(modified), $"\"{modified.Ticks:x16}{content.Length:x16}-1\"");
    }
}
