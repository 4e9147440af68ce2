using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Hone.Text.Jinja;

/// <summary>A .NET or JSON value as a template's value.</summary>
static class FromDotNet
{
    public static object? Value(object? value) => value switch
    {
        null or bool or string or double or BigInteger => value,
        int or long or short or byte or uint => (BigInteger)System.Convert.ToInt64(value),
        float or decimal => System.Convert.ToDouble(value),
        JsonElement element => Whole(element),
        IEnumerable<KeyValuePair<string, object?>> entries => Dictionary(entries),
        IEnumerable items => new List<object?>(items.Cast<object?>().Select(Value)),
        _ => throw new ChatTemplateException($"A value of type {value.GetType().Name} cannot be given to a chat template; give text, numbers, lists or dictionaries."),
    };

    public static PythonDictionary Dictionary(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var dictionary = new PythonDictionary();
        foreach (var (key, value) in entries)
        {
            dictionary[key] = Value(value);
        }

        return dictionary;
    }

    // System.Text.Json tells of half a surrogate pair only when the text is asked for.
    static object? Whole(JsonElement element)
    {
        try
        {
            return Json(element);
        }
        catch (InvalidOperationException problem)
        {
            throw new ChatTemplateException("A text for the chat template holds half of a surrogate pair (such as \\ud800 alone), which is no character.", 0, 0, problem);
        }
    }

    static object? Json(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(element.GetRawText()),
        JsonValueKind.Array => new List<object?>(element.EnumerateArray().Select(Json)),
        JsonValueKind.Object => Dictionary(element.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, (object?)property.Value))),
        _ => null,
    };

    // 1 and 1.0 are different values to a template.
    static object Number(string digits) =>
        digits.AsSpan().ContainsAny('.', 'e', 'E') ? double.Parse(digits, CultureInfo.InvariantCulture)
        : digits.Length <= WholeText.MostDigits ? BigInteger.Parse(digits, CultureInfo.InvariantCulture)
        : throw new ChatTemplateException($"A number with {digits.Length:N0} digits cannot be given to a chat template; {WholeText.MostDigits:N0} are the most.");
}
