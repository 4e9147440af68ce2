using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Grading;

/// <summary>Puts absolute paths into a grader's settings, so that they mean the same wherever the settings are kept.</summary>
static class GraderPaths
{
    /// <param name="files">Places as <see cref="JsonNode.GetPath"/> writes them below the root, such as <c>.parts[0].grader.file</c>.</param>
    public static JsonElement Replace(JsonElement json, IReadOnlyList<(string Place, string Path)> files)
    {
        var root = JsonNode.Parse(json.GetRawText())!;
        var paths = files.ToDictionary(file => $"${file.Place}", file => file.Path);
        Walk(root, paths);
        return JsonElement.Parse(root.ToJsonString());
    }

    static void Walk(JsonNode? node, Dictionary<string, string> paths)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members.ToList())
                {
                    Walk(value, paths);
                }

                break;
            case JsonArray items:
                foreach (var item in items.ToList())
                {
                    Walk(item, paths);
                }

                break;
            case JsonValue value when paths.TryGetValue(value.GetPath(), out string? path):
                value.ReplaceWith(path);
                break;
        }
    }
}
