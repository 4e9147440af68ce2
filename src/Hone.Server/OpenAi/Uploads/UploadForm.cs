using System.Globalization;
using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.OpenAi.Reading;
using Hone.Server.Signing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Hone.Server.OpenAi.Uploads;

/// <summary>
/// The multipart form of an upload, read part by part. SDKs send the purpose behind the content, so that the content waits on the disk until
/// the form has been read.
/// </summary>
sealed class UploadForm(HttpContext context, Caller caller)
{
    const int LongestField = 1024, ShortestLife = 3600, LongestLife = 2_592_000;

    static readonly string[] _purposes = ["fine-tune", "user_data", "assistants", "batch", "vision", "evals"];
    static readonly string[] _fields = ["file", "purpose", "expires_after[anchor]", "expires_after[seconds]"];

    readonly Dictionary<string, string> _values = [];
    readonly ServerSettings _settings = context.Service<ServerSettings>();
    readonly IFiles _files = context.Service<IFiles>();
    readonly CancellationToken _stop = context.RequestAborted;
    string _name = "";
    Stream? _content;

    /// <exception cref="ApiProblem">The form is none, or has problems; nothing is kept then.</exception>
    public async Task<StoredFile> Store()
    {
        try
        {
            await ReadParts(new MultipartReader(Boundary(), context.Request.Body));
            return await Add();
        }
        finally
        {
            await (_content?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    async Task ReadParts(MultipartReader reader)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(_stop) is { } section)
            {
                await ReadPart(section);
            }
        }
        catch (InvalidDataException e)
        {
            throw ApiProblem.Invalid($"The multipart form cannot be read: {e.Message}");
        }
        catch (IOException e) when (e is not BadHttpRequestException && !Failure.IsDiskFull(e) && !_stop.IsCancellationRequested)
        {
            throw ApiProblem.Invalid("The upload ended before the form's last boundary; send it again.");
        }
    }

    async Task ReadPart(MultipartSection section)
    {
        var disposition = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var parsed) ? parsed : null;
        string name = HeaderUtilities.RemoveQuotes(disposition?.Name ?? "").ToString();
        if (name != "file")
        {
            await ReadField(name, section.Body);
            return;
        }

        RequireOnce(_content is null, name);
        _name = FileName(disposition!);
        long most = _settings.LargestFile;
        var limited = new LimitedBody(section.Body, most, () => new(
            ProblemKind.TooLarge, $"The file has more than {most:N0} bytes, which is the most that this server keeps in one file; split it."));
        _content = await SpooledUpload.Keep(limited, Path.Combine(_settings.DataFolder, "uploads"), _stop);
    }

    async Task<StoredFile> Add()
    {
        var problems = new ProblemList();
        string? purpose = Purpose(problems);
        var expires = Expires(problems);
        if (_content is null)
        {
            problems.Add("file", "missing_required_parameter", "file is missing; it needs to be a part with a file name and the content.");
        }

        problems.ThrowIfAny();
        return await _files.Add(caller, _name, purpose!, _content!, expires, _stop);
    }

    string Boundary()
    {
        // Room for the parts' headers beside the file itself.
        context.LimitBody(_settings.LargestFile + 65_536);
        return MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 200 } boundary
            ? boundary.ToString()
            : throw ApiProblem.Invalid(
                $"Content-Type is '{context.Request.ContentType}', but an upload needs to be multipart/form-data with a boundary.");
    }

    async Task ReadField(string name, Stream body)
    {
        if (!_fields.Contains(name))
        {
            throw new ApiProblem(
                ProblemKind.Invalid, $"The form has a part '{name}', which is not known here; it may have {string.Join(", ", _fields)}.")
            {
                Parameter = name,
                Code = "unknown_parameter",
            };
        }

        byte[] value = new byte[LongestField + 1];
        int length = await body.ReadAtLeastAsync(value, value.Length, throwOnEndOfStream: false, _stop);
        if (length > LongestField)
        {
            throw ApiProblem.Invalid($"{name} has more than {LongestField} bytes.", name);
        }

        RequireOnce(_values.TryAdd(name, Encoding.UTF8.GetString(value, 0, length)), name);
    }

    string? Purpose(ProblemList problems)
    {
        if (!_values.TryGetValue("purpose", out string? purpose))
        {
            problems.Add("purpose", "missing_required_parameter", $"purpose is missing; it needs to be one of {string.Join(", ", _purposes)}.");
        }
        else if (!_purposes.Contains(purpose))
        {
            problems.Add("purpose", "invalid_value", $"purpose is '{purpose}', but needs to be one of {string.Join(", ", _purposes)}.");
        }

        return purpose;
    }

    DateTimeOffset? Expires(ProblemList problems)
    {
        if (_values.TryGetValue("expires_after[anchor]", out string? anchor) && anchor != "created_at")
        {
            problems.Add("expires_after[anchor]", "invalid_value", $"expires_after[anchor] is '{anchor}', but needs to be created_at.");
        }

        if (!_values.TryGetValue("expires_after[seconds]", out string? text))
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds is < ShortestLife or > LongestLife)
        {
            problems.Add(
                "expires_after[seconds]", "invalid_value",
                $"expires_after[seconds] is '{text}', but needs to be a whole number from {ShortestLife} to {LongestLife}.");
        }

        return context.Service<TimeProvider>().GetUtcNow().AddSeconds(seconds);
    }

    static string FileName(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        return HeaderUtilities.UnescapeAsQuotedString(name) is { Length: > 0 } given
            ? given.ToString()
            : throw ApiProblem.Invalid("The part 'file' has no file name; give one, such as filename=\"train.jsonl\".", "file");
    }

    static void RequireOnce(bool isFirst, string name)
    {
        if (!isFirst)
        {
            throw ApiProblem.Invalid($"The form has two parts '{name}'; send one.", name);
        }
    }
}
