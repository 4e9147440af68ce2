namespace Hone.Text.Jinja;

/// <summary>A parsed template. Immutable; any thread may render it.</summary>
sealed class Template
{
    readonly Body _body;

    public Template(string source) => _body = StatementParser.Parse(source);

    /// <param name="variables">Values as <see cref="FromDotNet"/> makes them.</param>
    /// <param name="now">What strftime_now() shows.</param>
    /// <exception cref="ChatTemplateException">The template refuses its variables or breaks a rule.</exception>
    public string Render(IEnumerable<KeyValuePair<string, object?>> variables, DateTime now)
    {
        var scope = new Scope(Globals.Scope(now));
        foreach (var (name, value) in variables)
        {
            scope[name] = value;
        }

        var rendering = new Rendering(scope);
        try
        {
            _body.Run(rendering);
        }
        catch (TemplateFault fault)
        {
            throw At(fault, _body.Place);
        }

        return rendering.Output.ToString();
    }

    /// <param name="fault">What happened.</param>
    /// <param name="otherwise">The place if the fault has none of its own.</param>
    public static ChatTemplateException At(TemplateFault fault, Place otherwise)
    {
        var (line, column) = fault.Place ?? otherwise;
        string message = fault.Raised ? fault.Message : $"The chat template fails at line {line}, column {column}: {fault.Message}.";
        return new(message, line, column, fault);
    }
}
