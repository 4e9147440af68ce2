using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Models.Encryption;
using Hone.Training;

namespace Hone.Jobs;

/// <summary>Reads and writes job files.</summary>
public static class JobFile
{
    const double DefaultValidationShare = 0.1;
    const long MostBytes = 4 << 20;

    /// <summary>Reads a job that is to be run: its files must be there.</summary>
    /// <param name="path">The job file.</param>
    /// <param name="model">Model folder in place of the job's, seen from the working folder.</param>
    /// <exception cref="JobException">With every problem of the file at once.</exception>
    public static JobSettings Read(string path, string? model = null) => Read(path, filesMustExist: true, model).Settings;

    /// <summary>Reads the job of a run that exists, whether or not its model and data are still there.</summary>
    /// <exception cref="JobException">With every problem of the file at once.</exception>
    public static (JobSettings Settings, RunOrigin? Origin) ReadRecorded(string path) => Read(path, filesMustExist: false);

    /// <summary>Every setting with its effective value, and what made the run, which is ignored on reading.</summary>
    public static string ToJson(JobSettings settings, RunOrigin? origin = null)
    {
        var job = JsonSerializer.SerializeToNode(settings, JobJson.Options)!.AsObject();
        if (settings.Method == TrainingMethod.Supervised)
        {
            job.Remove("grader");
        }

        if (origin is not null)
        {
            job["record"] = JsonSerializer.SerializeToNode(origin, JobJson.Options);
        }

        return job.ToJsonString(JobJson.Options) + "\n";
    }

    static (JobSettings Settings, RunOrigin? Origin) Read(string path, bool filesMustExist, string? model = null)
    {
        var job = Parse(path);
        if (model is not null)
        {
            job["baseModel"] = Path.GetFullPath(model);
        }

        var origin = TakeOrigin(job);
        var shape = new JsonShape(JobJson.Options);
        shape.RequireKeys(job, typeof(JobSettings), "");
        bool supervised = job["method"] is JsonValue method && method.TryGetValue(out string? word) && word == "supervised";
        if (!supervised)
        {
            shape.RequireKey(job, nameof(JobSettings.Grader), typeof(JobSettings), "");
        }

        shape.Fit(job, typeof(JobSettings), "");

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var files = new JobPaths(folder, job);
        IReadOnlyList<string> missing = filesMustExist ? files.Problems() : [];
        if (shape.Problems.Count > 0)
        {
            throw new JobException(path, [.. shape.Problems, .. missing, .. ProblemsOfParts(job, new(folder) { FilesMustExist = filesMustExist })]);
        }

        var settings = job.Deserialize<JobSettings>(JobJson.Options)!;
        var context = new GraderContext(folder) { FilesMustExist = filesMustExist };
        settings = settings with
        {
            Grader = supervised ? settings.Grader : settings.Grader.WithAbsolutePaths(context),
            ShadowGrader = settings.ShadowGrader?.WithAbsolutePaths(context),
        };
        string[] problems = [.. missing, .. settings.Problems().Concat(Graders(settings, context)).Distinct()];
        return problems.Length == 0 ? (Effective(files.Resolve(settings)), origin) : throw new JobException(path, problems);
    }

    // A file with a wrong key still hears of its values that are out of range.
    static IEnumerable<string> ProblemsOfParts(JsonObject job, GraderContext context) =>
        [
            .. job["name"] is { } name ? JobSettings.NameProblems(name.GetValue<string>()) : [],
            .. Part<DataSource>(job, "trainingData", source => source.Problems("trainingData")),
            .. Part<DataSource>(job, "validationData", source => source.Problems("validationData")),
            .. Part<DataSource>(job, "testData", source => source.Problems("testData")),
            .. Part<GraderSettings>(job, "grader", grader => grader.Problems("grader", context)),
            .. Part<GraderSettings>(job, "shadowGrader", grader => grader.Problems("shadowGrader", context)),
            .. Part<TrainingSettings>(job, "hyperParameters", training => training.Problems().Select(problem => "hyperParameters." + problem)),
            .. Part<EvaluationSettings>(job, "evaluation", evaluation => evaluation.Problems().Select(problem => "evaluation." + problem)),
        ];

    static IEnumerable<string> Graders(JobSettings settings, GraderContext context) =>
        (settings.Method == TrainingMethod.Supervised ? [] : settings.Grader.Problems("grader", context)).Concat(settings.ShadowGrader?.Problems("shadowGrader", context) ?? []);

    static IEnumerable<string> Part<T>(JsonObject job, string key, Func<T, IEnumerable<string>> problems) =>
        job[key] is { } node ? problems(node.Deserialize<T>(JobJson.Options)!) : [];

    static JobSettings Effective(JobSettings settings) =>
        settings.ValidationData is null && settings.ValidationShare is null && settings.Method == TrainingMethod.Reinforcement
            ? settings with { ValidationShare = DefaultValidationShare }
            : settings;

    static RunOrigin? TakeOrigin(JsonObject job)
    {
        var record = job["record"];
        job.Remove("record");
        try
        {
            return record?.Deserialize<RunOrigin>(JobJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static JsonObject Parse(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new JobException(path, [Directory.Exists(path)
                ? "this is a folder; name the job file inside it."
                : "there is no such file; check the path."]);
        }

        if (file.Length > MostBytes)
        {
            throw new JobException(path, [$"the file has {file.Length:N0} bytes, but a job file has {MostBytes:N0} at most; is this the training data?"]);
        }

        try
        {
            return ParseObject(path, SealedFile.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobException(path, [$"the file cannot be read: {e.Message}"]);
        }
    }

    static JsonObject ParseObject(string path, byte[] bytes)
    {
        ReadOnlySpan<byte> text = bytes;
        text = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        if (text.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new JobException(path, ["the file is empty; a job file is a JSON object in braces."]);
        }

        try
        {
            RequireText(path, text);
            return JsonNode.Parse(text, documentOptions: JobJson.Reading) as JsonObject
                ?? throw new JobException(path, ["the file is JSON, but not an object in braces."]);
        }
        catch (JsonException e)
        {
            throw new JobException(path, [NotJson(e)]);
        }
    }

    // Bytes that are no UTF-8 and halves of surrogate pairs pass the parser and would fail wherever the text is first looked at.
    static void RequireText(string path, ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        while (reader.Read())
        {
            try
            {
                _ = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String ? reader.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                int line = 1 + text[..(int)reader.TokenStartIndex].Count((byte)'\n');
                throw new JobException(path, [$"line {line}: the text in quotes holds bytes that are no UTF-8; save the file as UTF-8."]);
            }
        }
    }

    static string NotJson(JsonException e)
    {
        string why = e.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0].TrimEnd('.');
        return e.LineNumber is { } line
            ? $"line {line + 1}, column {e.BytePositionInLine + 1}: this is not JSON: {why}."
            : $"this is not JSON: {why}.";
    }
}
