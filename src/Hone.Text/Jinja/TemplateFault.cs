namespace Hone.Text.Jinja;

/// <summary>Something a template may not do. <see cref="Template"/> passes it on as a ChatTemplateException.</summary>
/// <param name="message">What is wrong, without the place.</param>
/// <param name="raised">The template's author wrote the message (raise_exception): it is passed on as it is.</param>
sealed class TemplateFault(string message, bool raised = false) : Exception(message)
{
    public bool Raised { get; } = raised;

    public Place? Place { get; private set; }

    public TemplateFault At(Place place)
    {
        Place ??= place;
        return this;
    }

    /// <summary>For exception filters: the innermost node in the way of the fault gives its place, and none catches it.</summary>
    public bool Passes(Place place)
    {
        At(place);
        return false;
    }
}
