namespace Hone.Text.Jinja;

/// <summary>A parsed template. Immutable; any thread may render it.</summary>
sealed class Template
{
    // Published templates have at most some tens of thousands.
    const int MostCharacters = 1 << 21;

    readonly Body _body;

    /// <exception cref="ChatTemplateException">The source is no template; the message names line and column.</exception>
    public Template(string source)
    {
        if (source.Length > MostCharacters)
        {
            throw new ChatTemplateException($"The chat template has {source.Length:N0} characters, but {MostCharacters:N0} are the most that one may have.");
        }

        using var budget = Budget.Renew();
        _body = StatementParser.Parse(source);
    }

    /// <param name="variables">Values as <see cref="FromDotNet"/> makes them.</param>
    /// <param name="now">What strftime_now() shows.</param>
    /// <exception cref="ChatTemplateException">The template refuses its variables or breaks a rule.</exception>
    public string Render(IEnumerable<KeyValuePair<string, object?>> variables, DateTime now) => Render(variables, now, spans: null);

    /// <param name="variables">Values as <see cref="FromDotNet"/> makes them.</param>
    /// <param name="now">What strftime_now() shows.</param>
    /// <param name="spans">Takes the places of generation blocks, in UTF-16 units of the result.</param>
    public string Render(IEnumerable<KeyValuePair<string, object?>> variables, DateTime now, List<(int Start, int End)>? spans)
    {
        var scope = new Scope(Globals.Scope(now));
        foreach (var (name, value) in variables)
        {
            scope[name] = value;
        }

        var rendering = new Rendering(scope) { Spans = spans };
        using var budget = Budget.Renew();
        try
        {
            _body.Run(rendering);
        }
        catch (TemplateFault fault)
        {
            throw At(fault, _body.Place);
        }

        return rendering.Text();
    }

    /// <param name="fault">What happened.</param>
    /// <param name="otherwise">The place if the fault has none of its own.</param>
    public static ChatTemplateException At(TemplateFault fault, Place otherwise)
    {
        var (line, column) = fault.Place ?? otherwise;
        string message = fault.Raised && !string.IsNullOrWhiteSpace(fault.Message) ? fault.Message
            : fault.Raised ? $"The chat template refuses the conversation at line {line}, column {column}, without saying why."
            : $"The chat template fails at line {line}, column {column}: {fault.Message}.";
        return new(message, line, column, fault);
    }
}
