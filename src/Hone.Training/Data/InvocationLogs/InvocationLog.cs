using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>Reads the prompts of Bedrock's log of calls: JSON lines, plain or gzip, one entry of schemaType ModelInvocationLog each.</summary>
/// <remarks>
/// A call becomes a record of chat completions: <c>messages</c>, <c>tools</c>, the caller's metadata as <c>metadata</c>, and, where the response is
/// used, <c>reference_answer</c>. A call that cannot be a prompt (it failed, asks for an embedding, holds an image, has its body elsewhere) is left
/// out, counted and named in the notes; a line that is no entry of a log is a problem.
/// </remarks>
public static class InvocationLog
{
    public static DataFileResult<PromptRecord> Read(InvocationLogsConfig config)
    {
        string source = config.InvocationLogSource.Path;
        var files = LogFiles.In(source);
        if (files.Logs.Count == 0)
        {
            return new(source, [], [new(0, "the folder holds no log: no file that ends in .json, .jsonl, .log or .gz; copy it with aws s3 sync.")], 1);
        }

        var ids = new RecordIds(severalFiles: files.Logs.Count > 1);
        var reader = new EntryReader(config, files, ids);
        var result = DataFile.Read(files.Logs, ids, reader.Read);
        return result with { Path = source, Notes = reader.LeftOut.Notes(Path.GetFileName(Path.TrimEndingDirectorySeparator(source))) };
    }

    sealed class EntryReader(InvocationLogsConfig config, LogFiles files, RecordIds ids)
    {
        readonly HashSet<string> _requests = new(StringComparer.Ordinal);

        public LeftOut LeftOut { get; } = new();

        public PromptRecord? Read(int line, ProblemList problems, JsonElement entry)
        {
            string? type = entry.Text("schemaType");
            if (type != "ModelInvocationLog")
            {
                problems.Add(line, $"\"schemaType\" is {JsonWords.Show(entry.Member("schemaType"))}, but an entry of Bedrock's invocation log has \"ModelInvocationLog\".");
                return null;
            }

            if (config.RequestMetadataFilters?.Match(entry.Member("requestMetadata")) == false)
            {
                LeftOut.Add("excluded by requestMetadataFilters", problems.File, line);
                return null;
            }

            var (json, reason) = Record(entry);
            if (json is null)
            {
                LeftOut.Add(reason!, problems.File, line);
                return null;
            }

            return Checked(line, problems.File, JsonSerializer.SerializeToElement(json));
        }

        PromptRecord? Checked(int line, string? file, JsonElement json)
        {
            var faults = new ProblemList { File = file };
            if (new RecordReader(line, ids, faults).ReadPrompt(json) is { } record)
            {
                return record;
            }

            LeftOut.Add("no conversation that can be answered", file, line, faults.First[0].Sentence);
            return null;
        }

        (JsonObject? Record, string? LeftOutBecause) Record(JsonElement entry)
        {
            if (!entry.Member("errorCode").IsNothing())
            {
                return (null, "failed");
            }

            if (entry.Text("requestId") is { } request && !_requests.Add(request))
            {
                return (null, "logged twice");
            }

            var (body, missing) = files.Body(entry.Member("input"), "inputBody");
            if (missing is not null)
            {
                return (null, missing);
            }

            var prompt = LoggedPrompt.Of(body);
            if (prompt.Record is not { } record)
            {
                return (null, prompt.Reason);
            }

            Describe(record, entry);
            return (record, null);
        }

        void Describe(JsonObject record, JsonElement entry)
        {
            if (entry.Text("requestId") is { } request)
            {
                record["id"] = request;
            }

            foreach (string key in (ReadOnlySpan<string>)["modelId", "operation", "timestamp"])
            {
                if (entry.Text(key) is { } text)
                {
                    record[key] = text;
                }
            }

            if (entry.Member("requestMetadata") is { ValueKind: JsonValueKind.Object } metadata)
            {
                record["metadata"] = JsonObject.Create(metadata);
            }

            if (config.UsePromptResponse && files.Body(entry.Member("output"), "outputBody") is { Missing: null } body && LoggedAnswer.Of(body.Json) is { } answer)
            {
                record[RecordShape.Reference] = answer;
            }
        }
    }
}
