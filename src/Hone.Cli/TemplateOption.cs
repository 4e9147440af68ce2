using System.CommandLine;
using Hone.Text;

namespace Hone.Cli;

/// <summary>--template: which chat template writes the conversations.</summary>
static class TemplateOption
{
    public static Option<string?> Create() => new("--template")
    {
        Description = $"Chat template in place of the model's own: {string.Join(", ", ChatTemplateCatalog.Names)}, another of the model's, or a file that ends in .jinja.",
    };
}
