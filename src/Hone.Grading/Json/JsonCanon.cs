using System.Text;
using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>One text per JSON value: equal values give equal texts, whatever their spacing, order of keys or way to write numbers.</summary>
static class JsonCanon
{
    public static string Of(JsonElement json)
    {
        var text = new StringBuilder();
        Append(text, json);
        return text.ToString();
    }

    public static bool AreEqual(JsonElement a, JsonElement b) => a.ValueKind == b.ValueKind && Of(a) == Of(b);

    static void Append(StringBuilder text, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in json.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    AppendText(text, member.Name);
                    Append(text, member.Value);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in json.EnumerateArray())
                {
                    Append(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendText(text, json.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(JsonNumber.Of(json));
                break;
            default:
                text.Append(json.ValueKind switch { JsonValueKind.True => 't', JsonValueKind.False => 'f', _ => 'n' });
                break;
        }
    }

    // The length in front keeps any text from ending early; nothing has to be escaped.
    static void AppendText(StringBuilder text, string value) => text.Append('"').Append(value.Length).Append(':').Append(value);
}
