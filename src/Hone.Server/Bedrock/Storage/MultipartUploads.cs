using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hone.Jobs;
using Hone.Models.Encryption;

namespace Hone.Server.Bedrock.Storage;

/// <summary>An object that is being uploaded in parts.</summary>
sealed record MultipartUpload(string Id, string Account, string Address);

/// <summary>A part as the client names it when it has sent all.</summary>
readonly record struct PartName(int Number, string ETag);

/// <summary>
/// Uploads in parts, each a folder below s3-uploads in the data folder: upload.json says for what, "part-00007-MD5" is what came. So they
/// outlive a restart. What nobody completed within a week is removed when the next one begins.
/// </summary>
sealed class MultipartUploads(ServerSettings settings, TimeProvider clock)
{
    const int IdLength = 32, MostParts = 10_000, BufferBytes = 128 << 10;
    const string About = "upload.json";

    static readonly TimeSpan _longest = TimeSpan.FromDays(7);

    string Folder => Path.Combine(settings.DataFolder, "s3-uploads");

    public MultipartUpload Begin(string account, string address)
    {
        RemoveOld();
        var upload = new MultipartUpload(Ids.New(IdLength), account, address);
        Directory.CreateDirectory(Of(upload.Id));
        DurableFolder.WriteFile(Path.Combine(Of(upload.Id), About), JsonSerializer.Serialize(upload));
        return upload;
    }

    /// <exception cref="ApiProblem">There is none of that id for this object and account.</exception>
    public MultipartUpload Find(string id, string account, string address)
    {
        string about = Path.Combine(Of(id.Length == IdLength && id.All(char.IsAsciiLetterOrDigit) ? id : "none"), About);
        var found = File.Exists(about) ? JsonSerializer.Deserialize<MultipartUpload>(SealedFile.ReadAllText(about)) : null;
        return found is not null && found.Account == account && found.Address == address ? found
            : throw new ApiProblem(ProblemKind.NotFound, "There is no such upload; it was completed, given up, or never begun.") { Code = "NoSuchUpload" };
    }

    /// <summary>Keeps a part in place of one of the same number.</summary>
    /// <returns>Its ETag.</returns>
    public async Task<string> Put(MultipartUpload upload, string number, Stream content, CancellationToken stop)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int part) || part is < 1 or > MostParts)
        {
            throw new ApiProblem(ProblemKind.Invalid, $"partNumber is '{number}', but needs to be from 1 to {MostParts}.") { Code = "InvalidArgument" };
        }

        string aside = Path.Combine(Of(upload.Id), $"incoming-{Ids.New()}");
        try
        {
            string sum = await Write(aside, content, stop);
            DurableFolder.FlushFile(aside);
            string[] former = Directory.GetFiles(Of(upload.Id), Name(part, "*"));
            File.Move(aside, Path.Combine(Of(upload.Id), Name(part, sum)), overwrite: true);
            Array.ForEach([.. former.Where(path => Path.GetFileName(path) != Name(part, sum))], File.Delete);
            return $"\"{sum}\"";
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    /// <summary>The parts one behind another.</summary>
    /// <exception cref="ApiProblem">One did not come, or they are not in order.</exception>
    public Stream Whole(MultipartUpload upload, IReadOnlyList<PartName> parts)
    {
        if (parts.Zip(parts.Skip(1)).Any(pair => pair.First.Number >= pair.Second.Number))
        {
            throw new ApiProblem(ProblemKind.Invalid, "The parts are not in the order of their numbers.") { Code = "InvalidPartOrder" };
        }

        string[] paths = [.. parts.Select(part => Path.Combine(Of(upload.Id), Name(part.Number, part.ETag.Trim('"'))))];
        int missing = Array.FindIndex(paths, path => Path.GetDirectoryName(path) != Of(upload.Id) || !File.Exists(path));
        return missing < 0 && paths.Length > 0 ? new JoinedFiles(paths) : throw new ApiProblem(
            ProblemKind.Invalid, missing < 0 ? "No part is named." : $"Part {parts[missing].Number} with the ETag {parts[missing].ETag} did not come; send it again.")
        {
            Code = "InvalidPart",
        };
    }

    /// <summary>Bytes of all parts that the account has sent and not completed.</summary>
    public long BytesOf(string account) => !Directory.Exists(Folder) ? 0 : Directory.GetDirectories(Folder)
        .Where(folder => AboutOf(folder)?.Account == account)
        .Sum(Bytes);

    /// <summary>Bytes of the parts that came.</summary>
    public long BytesOf(MultipartUpload upload) => Bytes(Of(upload.Id));

    public void Remove(MultipartUpload upload) => Remove(Of(upload.Id));

    static long Bytes(string folder) => new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Name != About).Sum(file => file.Length);

    static async Task<string> Write(string path, Stream content, CancellationToken stop)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var file = SealedFile.Create(path);
        byte[] buffer = new byte[BufferBytes];
        for (int read; (read = await content.ReadAsync(buffer, stop)) > 0;)
        {
            sum.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), stop);
        }

        return Convert.ToHexStringLower(sum.GetCurrentHash());
    }

    void RemoveOld()
    {
        var oldest = clock.GetUtcNow().UtcDateTime - _longest;
        foreach (string folder in Directory.Exists(Folder) ? Directory.GetDirectories(Folder).Where(folder => Directory.GetLastWriteTimeUtc(folder) < oldest) : [])
        {
            Remove(folder);
        }
    }

    static MultipartUpload? AboutOf(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<MultipartUpload>(SealedFile.ReadAllText(Path.Combine(folder, About)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Removed meanwhile.
            return null;
        }
    }

    // Without upload.json it is none any more, wherever the rest is interrupted.
    static void Remove(string folder)
    {
        File.Delete(Path.Combine(folder, About));
        Directory.Delete(folder, recursive: true);
    }

    string Of(string id) => Path.Combine(Folder, id);

    static string Name(int part, string sum) => $"part-{part:D5}-{sum}";
}
