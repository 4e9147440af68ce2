using System.Text.Json;

namespace Hone.Jobs;

/// <summary>The model folders that a grader's settings name, wherever in them.</summary>
static class LocalJudges
{
    const string Key = "modelFolder";

    /// <summary>One for each judge: two with the same folder open it twice.</summary>
    public static IEnumerable<string> Folders(JsonElement grader) => grader.ValueKind switch
    {
        JsonValueKind.Object => grader.EnumerateObject().SelectMany(member =>
            member.NameEquals(Key) && member.Value.ValueKind == JsonValueKind.String ? [member.Value.GetString()!] : Folders(member.Value)),
        JsonValueKind.Array => grader.EnumerateArray().SelectMany(Folders),
        _ => [],
    };
}
