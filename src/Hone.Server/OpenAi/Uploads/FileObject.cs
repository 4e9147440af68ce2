using System.Text.Json.Nodes;
using Hone.Server.Files;

namespace Hone.Server.OpenAi.Uploads;

/// <summary>A file in OpenAI's shape.</summary>
static class FileObject
{
    // What there is not is left out: clients type these members as optional, not as nullable.
    public static JsonObject Of(StoredFile file)
    {
        var json = new JsonObject
        {
            ["id"] = file.Id,
            ["object"] = "file",
            ["bytes"] = file.Bytes,
            ["created_at"] = Answers.Seconds(file.Created),
            ["filename"] = file.Name,
            ["purpose"] = file.Purpose,
            ["status"] = file.State.ToString().ToLowerInvariant(),
        };
        if (file.Expires is { } expires)
        {
            json["expires_at"] = Answers.Seconds(expires);
        }

        if (file.StateDetails is { } details)
        {
            json["status_details"] = details;
        }

        return json;
    }
}
