using Hone.Jobs;
using Hone.Models.Encryption;

namespace Hone.Server.Store;

/// <summary>The folder of everything that the server keeps: of its owner alone, where the server makes it.</summary>
static class DataFolder
{
    // Encrypted with the folder's key, so that another one is told at the start and not by each file.
    const string Check = "encryption.check";

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <exception cref="ApiProblem">It cannot be made.</exception>
    public static void Make(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ApiProblem.Invalid($"The data folder {path} cannot be made: {failure.Message.TrimEnd('.')}. Name another: --data-folder.");
        }
    }

    /// <summary>What is written below the folder from now on is encrypted where the settings name a key.</summary>
    /// <exception cref="EncryptionException">There is no key, or another one, for what is encrypted there.</exception>
    public static void Unlock(ServerSettings settings)
    {
        var key = EncryptionKey.Find(settings.EncryptionKeyFile);
        SealedFile.Protect(settings.DataFolder, key);
        string check = Path.Combine(settings.DataFolder, Check);
        if (!File.Exists(check))
        {
            if (key is not null)
            {
                DurableFolder.WriteFile(check, "The key is the right one.\n");
            }
        }
        else if (key is null)
        {
            throw new EncryptionException(
                $"The data folder {settings.DataFolder} is encrypted; give its key with --encryption-key-file or in {EncryptionKey.Variable}.");
        }
        else
        {
            SealedFile.ReadAllText(check);
        }
    }
}
