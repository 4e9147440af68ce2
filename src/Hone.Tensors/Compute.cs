namespace Hone.Tensors;

/// <summary>
/// Arithmetic of products with frozen BF16 weights, one policy for a whole run: sampler and trainer must agree. Adapters, norms, attention,
/// softmax, losses and the optimizer are F32 always.
/// </summary>
public enum Compute
{
    /// <summary>BF16 weights are widened exactly; activations stay as they are.</summary>
    F32,

    /// <summary>Activations are rounded to BF16 before the product, gradients before the transposed one; sums are F32.</summary>
    Bf16,
}
