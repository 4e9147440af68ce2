using System.Text;
using System.Text.Json;

namespace Hone.Grading.OpenAi;

/// <summary>A text with names in double braces, such as <c>The answer is {{ item.reference_answer }}</c>.</summary>
/// <remarks>A name gives its value: a text as it is, all else as JSON as it was written. Names begin with <c>item</c> (the record) or
/// <c>sample</c> (the completion) and go on with <c>.key</c>, <c>["key"]</c> and <c>[index]</c>. What was put in is not looked at for names.</remarks>
sealed class ItemTemplate
{
    const string Open = "{{", Close = "}}";

    // A long value that is named many times would fill the memory of whoever grades.
    const int MostCharacters = 1 << 24;

    /// <summary>Texts between the names; one more than there are names.</summary>
    readonly List<string> _texts = [];

    readonly List<TemplatePath> _paths = [];

    ItemTemplate()
    {
    }

    /// <summary>Names that it fills in.</summary>
    public IReadOnlyList<TemplatePath> Paths => _paths;

    /// <summary>Its text depends on the completion.</summary>
    public bool ReadsSample => _paths.Any(path => path.Namespace == "sample");

    /// <returns>Null where a name in it cannot be read; the problem ends a sentence that begins with the template's place.</returns>
    public static ItemTemplate? Read(string text, out string problem)
    {
        var template = new ItemTemplate();
        int at = 0;
        for (int open; (open = text.IndexOf(Open, at, StringComparison.Ordinal)) >= 0;)
        {
            int close = text.IndexOf(Close, open + Open.Length, StringComparison.Ordinal);
            if (close < 0)
            {
                problem = $"has {Open} at character {open + 1} without {Close} behind it";
                return null;
            }

            string name = text[(open + Open.Length)..close].Trim();
            if (TemplatePath.Read(name, out problem) is not { } path)
            {
                problem = $"has {Open}{name}{Close} at character {open + 1}, which {problem}";
                return null;
            }

            template._texts.Add(text[at..open]);
            template._paths.Add(path);
            at = close + Close.Length;
        }

        template._texts.Add(text[at..]);
        problem = "";
        return template;
    }

    /// <summary>The template below a key of a grader's settings; null where it is missing or has a problem, which is told.</summary>
    public static ItemTemplate? Read(GraderForm form, string key, string such)
    {
        // An empty text is a template too: it says nothing.
        string text = form.Any(key) is { ValueKind: JsonValueKind.String } given ? given.GetString()! : form.RequiredText(key, such);
        var template = Read(text, out string problem);
        if (template is null)
        {
            form.Problem($"{form.Path}.{key} {problem}.");
        }

        return template;
    }

    /// <returns>Null, with the error, where a name is not there.</returns>
    public string? Render(GraderValues values, out TemplateError? error)
    {
        error = null;
        var text = new StringBuilder(_texts[0]);
        for (int i = 0; i < _paths.Count; i++)
        {
            if (values.Find(_paths[i], out error) is not { } value)
            {
                return null;
            }

            text.Append(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()).Append(_texts[i + 1]);
            if (text.Length > MostCharacters)
            {
                error = new(TemplateErrorKind.InvalidVariable, IsOfCompletion: false, $"the template makes more than {MostCharacters:N0} characters of text.");
                return null;
            }
        }

        return text.ToString();
    }
}
