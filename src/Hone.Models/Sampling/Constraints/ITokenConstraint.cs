namespace Hone.Models.Sampling.Constraints;

/// <summary>What the tokens of one completion must make up.</summary>
public interface ITokenConstraint
{
    /// <summary>Whether no token at all can come next: what was begun cannot be written with this vocabulary.</summary>
    bool IsStuck { get; }

    /// <summary>Takes what may not come next out of the running, −∞.</summary>
    void Mask(Span<float> logits);

    /// <summary>A token that was allowed has come; not one that ends the completion.</summary>
    void Advance(int token);
}
