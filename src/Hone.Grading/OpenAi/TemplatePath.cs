using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hone.Grading.OpenAi;

/// <summary>A name such as <c>sample.output_tools[0].function["name"]</c>: where a template finds a value.</summary>
/// <param name="Steps">Keys and indices behind the namespace.</param>
sealed record TemplatePath(string Namespace, IReadOnlyList<object> Steps, string Written)
{
    /// <returns>Null where it is not a name; the problem ends a sentence that begins with the name.</returns>
    public static TemplatePath? Read(string written, out string problem)
    {
        problem = "is not a name such as item.reference_answer or sample.output_tools[0].function.name";
        int at = 0;
        string first = Word(written, ref at);
        var steps = new List<object>();
        while (at < written.Length)
        {
            object? step = written[at] == '.' ? Member(written, ref at) : written[at] == '[' ? Bracket(written, ref at) : null;
            if (step is null)
            {
                return null;
            }

            steps.Add(step);
        }

        if (first is not ("item" or "sample"))
        {
            problem = first.Length > 0 ? $"begins with {first}, but needs to begin with item or sample" : problem;
            return null;
        }

        if (first == "sample" && steps is [string name, ..] && !GraderValues.OfSample.Contains(name))
        {
            problem = $"asks for {name}, but a sample has {string.Join(", ", GraderValues.OfSample)}";
            return null;
        }

        return new(first, steps, written);
    }

    /// <summary>The value below a root; null where it is not there.</summary>
    /// <param name="from">Steps that led to the root.</param>
    public JsonElement? Find(JsonElement root, int from)
    {
        foreach (object step in Steps.Skip(from))
        {
            if (step is string key && root.ValueKind == JsonValueKind.Object && root.TryGetProperty(key, out var member))
            {
                root = member;
            }
            else if (step is int index && root.ValueKind == JsonValueKind.Array && index < root.GetArrayLength())
            {
                root = root[index];
            }
            else
            {
                return null;
            }
        }

        return root;
    }

    static string? Member(string written, ref int at)
    {
        at++;
        return Word(written, ref at) is { Length: > 0 } word ? word : null;
    }

    static string Word(string written, ref int at)
    {
        int start = at;
        while (at < written.Length && (char.IsLetterOrDigit(written[at]) || written[at] is '_' or '-' or '$'))
        {
            at++;
        }

        return written[start..at];
    }

    // [3], ["a key"], ['a key'].
    static object? Bracket(string written, ref int at)
    {
        at++;
        if (at < written.Length && written[at] is '"' or '\'')
        {
            return Quoted(written, ref at);
        }

        int end = written.IndexOf(']', at);
        if (end < 0 || !int.TryParse(written.AsSpan(at, end - at).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return null;
        }

        at = end + 1;
        return index;
    }

    static string? Quoted(string written, ref int at)
    {
        char quote = written[at++];
        var key = new StringBuilder();
        while (at < written.Length && written[at] != quote)
        {
            at += written[at] == '\\' && at + 1 < written.Length ? 1 : 0;
            key.Append(written[at++]);
        }

        bool isClosed = at + 1 < written.Length && written[at + 1] == ']';
        at += 2;
        return isClosed ? key.ToString() : null;
    }
}
