using System.Globalization;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>'{} {0} {name}'.format(…): places by order, number or name, without format specifications.</summary>
static class BraceFormat
{
    public static string Apply(string format, Arguments arguments)
    {
        var result = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                result.Append(c);
                i++;
            }
            else if (c == '{')
            {
                int end = format.IndexOf('}', i);
                string field = end < 0 ? throw new TemplateFault("a format has a '{' without '}'") : format[(i + 1)..end];
                result.Append(Printing.Show(Value(field, arguments, ref next)));
                i = end;
            }
            else if (c == '}')
            {
                throw new TemplateFault("a format has a '}' without '{'");
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    static object? Value(string field, Arguments arguments, ref int next)
    {
        if (field.Length == 0 || field.All(char.IsAsciiDigit))
        {
            int index = field.Length == 0 ? next++ : int.Parse(field, CultureInfo.InvariantCulture);
            return index < arguments.Positional.Count
                ? arguments.Positional[index]
                : throw new TemplateFault($"a format has a place {index}, but gets {arguments.Positional.Count} values");
        }

        return arguments.Named.TryGetValue(field, out object? value)
            ? value
            : throw new TemplateFault($"a format has the place '{field}', which is not given or not supported");
    }
}
