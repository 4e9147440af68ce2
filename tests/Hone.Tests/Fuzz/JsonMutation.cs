using System.Text;
using System.Text.Json;

namespace Hone.Tests.Fuzz;

/// <summary>Damage to JSON that leaves it JSON, or nearly: values of other kinds, numbers beyond all sizes, keys twice or gone, deep nesting.</summary>
static class JsonMutation
{
    static readonly string[] _values =
    [
        "null", "true", "false", "0", "1", "-1", "2", "3", "1.5", "1e18", "-0.0", "1e-300", "1e300", "1e999", "2147483647", "2147483648", "4294967296",
        "9223372036854775807", "99999999999999999999", "16777215", "16777216", "4096", "NaN", "[]", "{}", "[[]]", "[0]", "[1,2,3]", "\"\"", "\"a\"", "\"NaN\"",
        "\"\\ud800\"", "\"\\u0000\"", "\"\\u001b[2J\"", "\"../../etc/passwd\"", "\"/etc/passwd\"", "\"(((\"", "\"(a+)+$\"", "\"[a\"", "\"a{9999}\"", "\"\\\\p{L}\"",
        "\"{% for i in range(9) %}\"", "\"😀\"", "{\"a\":1}", "{\"type\":\"Sequence\"}", "[\"a\",\"b\"]", "[[\"a\",0.5]]", "\"float32\"", "\"default\"",
    ];

    public static byte[] Damage(byte[] json, Random random)
    {
        byte[] changed = json;
        for (int times = random.Next(3) == 0 ? random.Next(2, 5) : 1; times > 0; times--)
        {
            changed = Once(changed, random);
        }

        return changed;
    }

    static byte[] Once(byte[] json, Random random)
    {
        var (values, keys) = Places(json);
        if (values.Count == 0)
        {
            return ByteMutation.Damage(json, random);
        }

        // Inner values are more than outer ones; the first few are the whole and its parts.
        var value = values[random.Next(random.Next(4) == 0 ? Math.Min(values.Count, 8) : values.Count)];
        var key = keys.Count > 0 ? keys[random.Next(keys.Count)] : default;
        string text = Text(json, value);
        switch (random.Next(8))
        {
            case 0:
                return Replaced(json, value, Text(json, values[random.Next(values.Count)]));
            case 1:
                int depth = random.Next(2, 200);
                return Replaced(json, value, new string('[', depth) + text + new string(']', depth));
            case 2:
                return Replaced(json, value, $"[{string.Join(",", Enumerable.Repeat(text.Length < 1000 ? text : "0", random.Next(2, 500)))}]");
            case 3 when keys.Count > 0:
                return Replaced(json, key, Text(json, keys[random.Next(keys.Count)]));
            case 4 when keys.Count > 0:
                return Replaced(json, key, $"\"{Text(json, key).Trim('"')}{"_x0 "[random.Next(4)]}\"");
            case 5 when keys.Count > 0:
                return Replaced(json, key with { Length = 0 }, $"{Text(json, key)}:{_values[random.Next(_values.Length)]},");
            default:
                return Replaced(json, value, _values[random.Next(_values.Length)]);
        }
    }

    readonly record struct Place(int Start, int Length);

    static string Text(byte[] json, Place place) => Encoding.UTF8.GetString(json, place.Start, place.Length);

    static byte[] Replaced(byte[] json, Place place, string text) =>
        [.. json[..place.Start], .. Encoding.UTF8.GetBytes(text), .. json[(place.Start + place.Length)..]];

    // Where values and keys stand, as far as the text is JSON.
    static (List<Place> Values, List<Place> Keys) Places(byte[] json)
    {
        List<Place> values = [], keys = [];
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(json, new() { MaxDepth = 1000, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            while (reader.Read())
            {
                int start = (int)reader.TokenStartIndex, length = (int)reader.BytesConsumed - start;
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push(values.Count);
                        values.Add(new(start, 0));
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        int at = open.Pop();
                        values[at] = new(values[at].Start, start + 1 - values[at].Start);
                        break;
                    case JsonTokenType.PropertyName:
                        keys.Add(new(start, json.AsSpan(start + 1).IndexOf((byte)'"') + 2));
                        break;
                    default:
                        values.Add(new(start, length));
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // What was read before it is enough to go on with.
        }

        return (values, keys);
    }
}
