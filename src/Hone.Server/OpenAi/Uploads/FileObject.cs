using System.Text.Json.Nodes;
using Hone.Server.Files;

namespace Hone.Server.OpenAi.Uploads;

/// <summary>A file in OpenAI's shape.</summary>
static class FileObject
{
    public static JsonObject Of(StoredFile file) => new()
    {
        ["id"] = file.Id,
        ["object"] = "file",
        ["bytes"] = file.Bytes,
        ["created_at"] = Answers.Seconds(file.Created),
        ["expires_at"] = Answers.Seconds(file.Expires),
        ["filename"] = file.Name,
        ["purpose"] = file.Purpose,
        ["status"] = file.State.ToString().ToLowerInvariant(),
        ["status_details"] = file.StateDetails,
    };
}
