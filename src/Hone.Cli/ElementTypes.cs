using Hone.Models.Weights;

namespace Hone.Cli;

/// <summary>How weights are stored, in the words of the command line.</summary>
static class ElementTypes
{
    public static ElementKind Parse(string text) => text == "bf16" ? ElementKind.BF16 : ElementKind.F32;
}
