using Hone.Tensors;

namespace Hone.Models;

/// <summary>The block of a layer that looks at each position alone.</summary>
public abstract class FeedForward
{
    /// <summary>The linear layers that an adapter can change.</summary>
    public abstract IReadOnlyList<LinearLayer> Linear { get; }

    /// <summary>Every weight once, in a fixed order.</summary>
    public abstract IEnumerable<Parameter> Parameters { get; }

    /// <summary>y = (residual +) block(norm(x)). x, y: [T, C].</summary>
    /// <param name="norm">Null: x goes in as it stands.</param>
    /// <param name="residual">Where the sums start, or null. Without recording the result takes its place.</param>
    public abstract Tensor Apply(Tape tape, Tensor x, Parameter? norm, Tensor? residual);
}
