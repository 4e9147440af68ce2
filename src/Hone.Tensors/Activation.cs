namespace Hone.Tensors;

/// <summary>The function of a feed-forward block's gate.</summary>
public enum Activation
{
    /// <summary>g · σ(g).</summary>
    Silu,

    /// <summary>g · ½(1 + tanh(√(2/π) (g + 0.044715 g³))).</summary>
    GeluTanh,
}
