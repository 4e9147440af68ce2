using Hone.Models.Weights;

namespace Hone.Cli;

/// <summary>How weights are stored, in the words of the command line.</summary>
static class ElementTypes
{
    public static ElementKind Parse(string text) => text switch
    {
        "f32" => ElementKind.F32,
        "bf16" => ElementKind.BF16,
        _ => throw new CommandException($"--type is '{text}', but needs to be f32 or bf16."),
    };
}
