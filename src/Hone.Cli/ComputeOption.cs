using System.CommandLine;
using Hone.Tensors;

namespace Hone.Cli;

/// <summary>The option --compute of the commands that load a model.</summary>
static class ComputeOption
{
    public static Option<Compute> Create() => new("--compute")
    {
        Description = "f32, or bf16: products with BF16 weights round activations too, which is faster.",
    };
}
