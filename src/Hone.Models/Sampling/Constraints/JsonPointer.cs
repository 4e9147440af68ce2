using System.Text.Json;

namespace Hone.Models.Sampling.Constraints;

/// <summary>Places within a document, such as <c>#/$defs/name</c>.</summary>
static class JsonPointer
{
    /// <summary>The value there, or null.</summary>
    public static JsonElement? Find(JsonElement root, string reference)
    {
        if (reference is "#" or "")
        {
            return root;
        }

        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        var at = root;
        foreach (string part in reference[2..].Split('/'))
        {
            string name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            bool found = at.ValueKind switch
            {
                JsonValueKind.Object => at.TryGetProperty(name, out at),
                JsonValueKind.Array => int.TryParse(name, out int index) && index >= 0 && index < at.GetArrayLength() && TryItem(ref at, index),
                _ => false,
            };
            if (!found)
            {
                return null;
            }
        }

        return at;
    }

    static bool TryItem(ref JsonElement at, int index)
    {
        at = at[index];
        return true;
    }
}
