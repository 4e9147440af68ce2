using System.Text;

namespace Hone.Tests.Fuzz;

/// <summary>Templates of all tags, filters, methods and operators on values that they were not made for.</summary>
static class RandomTemplate
{
    static readonly string[] _values =
    [
        "0", "1", "-1", "3", "10 ** 30", "2 ** 4000", "0.5", "1e308", "-1e308", "'inf'|float", "'nan'|float", "true", "none", "nothing", "''", "'a'", "'-inf'",
        "'Ab c\\n d'", "'😀é'", "'{:d} {}'", "'%d %s'", "'x' * 100000", "'a ' * 1000000", "'<' * 1000000", "[]", "[1, 2]", "['b', 'a', none]", "[[1], [2]]",
        "(1,)", "{}", "{'a': 1}", "{'role': 'user'}", "messages", "messages[0]", "range(5)", "range(100000)", "namespace(a=1)", "loop", "self", "joiner()",
        "cycler(1, 2)", "dict(a=1)", "messages|map(attribute='role')", "'a'.encode()", "caller", "strftime_now", "2147483647", "-2147483648", "2 ** 63",
    ];

    static readonly string[] _filters =
    [
        "trim", "upper", "lower", "capitalize", "title", "string", "default", "d", "replace", "tojson", "int", "float", "abs", "round", "format", "attr",
        "length", "count", "list", "first", "last", "join", "reverse", "items", "select", "reject", "selectattr", "rejectattr", "map", "sort", "dictsort",
        "unique", "min", "max", "sum", "batch", "slice", "groupby", "random", "truncate", "wordwrap", "filesizeformat", "pprint", "forceescape", "escape",
        "safe", "striptags", "urlencode", "xmlattr", "wordcount", "indent", "center", "nope",
    ];

    static readonly string[] _methods =
    [
        "strip", "lstrip", "rstrip", "upper", "casefold", "swapcase", "title", "capitalize", "startswith", "endswith", "split", "rsplit", "splitlines",
        "partition", "rpartition", "replace", "join", "find", "rfind", "index", "count", "removeprefix", "removesuffix", "isdigit", "isidentifier", "istitle",
        "ljust", "rjust", "center", "zfill", "expandtabs", "encode", "decode", "format_map", "format", "keys", "values", "items", "get", "copy", "fromkeys",
        "append", "next", "reset", "bit_length", "bit_count", "is_integer", "conjugate", "__class__", "a", "cycle", "changed", "index0",
    ];

    static readonly string[] _operators = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "<", ">=", "in", "not in", "and", "or", "is", "if"];

    static readonly string[] _formats =
    [
        "'%c'", "'%*d'", "'%.*f'", "'%5.3s'", "'%-05d'", "'%#x'", "'%(a)s'", "'%g'", "'%e'", "'%r'", "'%'", "'{:c}'", "'{:>9999999999}'", "'{:^5}'", "'{0[a]}'",
        "'{a.b!r:{c}}'", "'{:,.2f}'", "'{:+x}'", "'{:b}'", "'{:%}'", "'{!s:>70000}'", "'{'",
    ];

    static readonly string[] _frames =
    [
        "{{ E }}", "{% if E %}{{ E }}{% elif E %}x{% else %}y{% endif %}", "{% for a in E %}{{ a }}{{ loop.index }}{{ loop.nextitem }}{% else %}{{ E }}{% endfor %}",
        "{% for a, b in E if E %}{% set c = E %}{% endfor %}", "{% for a in E recursive %}{{ loop(E) }}{% endfor %}", "{% set a = E %}{{ a }}", "{% set a %}{{ E }}{% endset %}",
        "{% set n = namespace() %}{% set n.x = E %}{{ n.x }}", "{% macro m(a, b=E) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(E, *E, **E) }}",
        "{% macro m() %}{{ caller(E) }}{% endmacro %}{% call(a) m() %}{{ a }}{% endcall %}", "{% filter F %}{{ E }}{% endfilter %}", "{% with a = E, b = E %}{{ a }}{% endwith %}",
        "{% block b %}{{ E }}{% endblock %}{{ self.b() }}", "{% autoescape E %}{{ E }}{% endautoescape %}", "{% generation %}{{ E }}{% endgeneration %}",
        "{% raw %}{{ E }}{% endraw %}", "{# E #}", "{{ raise_exception(E) }}", "{{ strftime_now(E) }}", "{{ E[E] }}{{ E[E:E:E] }}{{ E.0 }}", "{{ [E, E]|F }}",
        "{% for i in range(99999) %}{% set n = E %}{% endfor %}", "{%- break -%}", "{{ {E: E} }}", "{{ E is E }}", "{{ E if E else E }}",
    ];

    public static string Make(Random random)
    {
        var source = new StringBuilder();
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            string frame = Pick(_frames, random);
            foreach (char c in frame)
            {
                _ = c switch
                {
                    'E' => source.Append(Expression(random, 0)),
                    'F' => source.Append(Pick(_filters, random)).Append(Arguments(random, 1)),
                    _ => source.Append(c),
                };
            }
        }

        return source.ToString();
    }

    static string Expression(Random random, int depth)
    {
        string value = depth > 2 || random.Next(3) == 0 ? Pick(_values, random) : Expression(random, depth + 1);
        return random.Next(5) switch
        {
            0 => $"({value})|{Pick(_filters, random)}{Arguments(random, depth)}",
            1 => $"({value}).{Pick(_methods, random)}{Arguments(random, depth)}",
            2 => $"({value}) {Pick(_operators, random)} ({Pick(_values, random)})",
            3 when random.Next(2) == 0 => $"{Pick(_formats, random)} % ({value})",
            3 => $"{Pick(_formats, random)}.format({value}, a={Pick(_values, random)})",
            _ => value,
        };
    }

    static string Arguments(Random random, int depth) => random.Next(5) switch
    {
        0 => "",
        1 => "()",
        2 => $"({(depth > 2 ? Pick(_values, random) : Expression(random, depth + 1))})",
        3 => $"({Pick(_values, random)}, {Pick(_values, random)})",
        _ => $"(attribute={Pick(_values, random)})",
    };

    static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
