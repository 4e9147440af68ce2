namespace Hone.Server;

/// <summary>What code of graders does not get to see of the server's machine.</summary>
public static class PrivatePaths
{
    // Sockets of the machine's services are below /run, where a grader that runs as the server's own user might speak to them.
    public static IReadOnlyList<string> Of(ServerSettings settings) =>
        [.. new[] { settings.DataFolder, settings.BucketFolder, settings.SecretFile, settings.EncryptionKeyFile, "/run", "/etc/shadow" }.OfType<string>()];
}
