using System.Globalization;

namespace Hone.Text.Jinja;

/// <summary>'{} {0} {name.key[0]!r:&gt;5}'.format(…).</summary>
sealed class BraceFormat(Arguments arguments)
{
    // A format inside a format's specification, and no deeper.
    const int Levels = 2;

    int _next;

    public static string Apply(string format, Arguments arguments) => new BraceFormat(arguments).Fill(format, Levels);

    string Fill(string format, int levels)
    {
        if (levels == 0)
        {
            throw new TemplateFault("a format is nested too deep");
        }

        var result = new BoundedText();
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
                int end = EndOf(format, i);
                result.Append(Field(format[(i + 1)..end], levels));
                i = end;
            }
            else
            {
                result.Append(c != '}' ? c : throw new TemplateFault("a format has a '}' without '{'"));
            }
        }

        return result.ToString();
    }

    static int EndOf(string format, int start)
    {
        int open = 0;
        for (int i = start; i < format.Length; i++)
        {
            open += format[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (open == 0)
            {
                return i;
            }
        }

        throw new TemplateFault("a format has a '{' without '}'");
    }

    string Field(string field, int levels)
    {
        int colon = field.IndexOf(':'), mark = field.IndexOf('!');
        mark = colon >= 0 && mark > colon ? -1 : mark;
        string name = field[..(mark >= 0 ? mark : colon >= 0 ? colon : field.Length)];
        object? value = Value(name);
        if (mark >= 0)
        {
            value = field[(mark + 1)..(colon >= 0 ? colon : field.Length)] switch
            {
                "s" => Printing.Show(value),
                "r" or "a" => Printing.Represent(value),
                var other => throw new TemplateFault($"a format has no conversion '{other}'"),
            };
        }

        string specification = colon < 0 ? "" : field[(colon + 1)..];
        return FormatSpec.Apply(value, specification.Contains('{') ? Fill(specification, levels - 1) : specification);
    }

    // name, 0, name.attribute, name[key]
    object? Value(string path)
    {
        int end = path.IndexOfAny(['.', '[']);
        object? value = First(end < 0 ? path : path[..end]);
        while (end >= 0 && end < path.Length)
        {
            bool item = path[end] == '[';
            int stop = item ? path.IndexOf(']', end) : path.IndexOfAny(['.', '['], end + 1);
            stop = stop >= 0 ? stop : item ? throw new TemplateFault("a format has a '[' without ']'") : path.Length;
            string name = path[(end + 1)..stop];
            value = item ? Members.Item(value, Index(name) is { } index ? (System.Numerics.BigInteger)index : name) : Members.Attribute(value, name);
            end = item ? stop + 1 : stop;
        }

        return value;
    }

    static int? Index(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    object? First(string name)
    {
        if (name.Length == 0 || Index(name) is not null)
        {
            int index = Index(name) ?? _next++;
            return index < arguments.Positional.Count
                ? arguments.Positional[index]
                : throw new TemplateFault($"a format has a place {index}, but gets {arguments.Positional.Count} values");
        }

        return arguments.Named.TryGetValue(name, out object? value) ? value : throw new TemplateFault($"a format has the place '{name}', which is not given");
    }
}
