namespace Hone.Server.Store;

/// <summary>The folder of everything that the server keeps: of its owner alone, where the server makes it.</summary>
static class DataFolder
{
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
}
