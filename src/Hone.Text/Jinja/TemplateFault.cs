namespace Hone.Text.Jinja;

/// <summary>Something a template may not do. <see cref="Template"/> adds the place and passes it on as a ChatTemplateException.</summary>
/// <param name="message">What is wrong, without the place.</param>
/// <param name="raised">The template's author wrote the message (raise_exception): it is passed on as it is.</param>
sealed class TemplateFault(string message, bool raised = false) : Exception(message)
{
    public bool Raised { get; } = raised;
}
