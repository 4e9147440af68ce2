using System.Collections;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Ops;

namespace Hone.Models;

/// <summary>
/// Σ w · expert(x) over the experts that a router chooses for each token, and where there is one σ(g(x)) · shared(x). Each expert is
/// down(act(gate(x)) ⊙ up(x)).
/// </summary>
public sealed class ExpertFeedForward(DecoderConfig config, ExpertFeedForward.Weights weights) : FeedForward
{
    readonly ExpertsConfig _experts = config.Experts!;

    // An adapter names modules; where all experts are one tensor there is none to name.
    readonly LinearLayer[] _linear = config.Experts!.Storage == ExpertStorage.Modules
        ? [weights.Router, .. weights.Experts.SelectMany(expert => expert), .. Optional(weights.Shared, weights.SharedGate)]
        : [];

    /// <param name="Router">[E, C].</param>
    /// <param name="Experts">gate, up, down of each.</param>
    /// <param name="Shared">gate, up, down of the expert that every token visits, or null.</param>
    /// <param name="SharedGate">[1, C], or null.</param>
    public sealed record Weights(LinearLayer Router, IReadOnlyList<LinearLayer[]> Experts, LinearLayer[]? Shared, LinearLayer? SharedGate);

    /// <summary>Shown the router's logits, the experts of each row and their weights.</summary>
    public Action<Tensor, ExpertRows, Tensor>? Observer { get; set; }

    public override IReadOnlyList<LinearLayer> Linear => _linear;

    public override IEnumerable<Parameter> Parameters =>
        new[] { weights.Router }.Concat(weights.Experts.SelectMany(expert => expert))
            .Concat(Optional(weights.Shared, weights.SharedGate)).SelectMany(layer => layer.Parameters);

    public override Tensor Apply(Tape tape, Tensor x, Parameter? norm, Tensor? residual)
    {
        // Router and experts read it: it is kept, so that its gradient is whole before it goes on.
        var h = norm is null ? x : tape.RmsNorm(x, norm, config.NormEpsilon);
        var logits = tape.Linear(tape.Input(h), weights.Router.Weights, residual: null);
        var shares = tape.Route(logits, _experts.PerToken, overAll: !_experts.NormalizeTopK, out var rows);
        Observer?.Invoke(logits, rows, shares);
        var y = tape.Experts(h, rows, shares, new ExpertList(weights.Experts), _experts.Clamp, residual);
        return weights.Shared is { } shared ? AddShared(tape, h, shared, y) : y;
    }

    Tensor AddShared(Tape tape, Tensor h, LinearLayer[] shared, Tensor y)
    {
        var share = tape.Sigmoid(tape.Linear(tape.Input(h), weights.SharedGate!.Weights, residual: null));
        return tape.Experts(h, ExpertRows.All(h.Rows), share, new ExpertList([shared]), _experts.Clamp, y);
    }

    static LinearLayer[] Optional(LinearLayer[]? shared, LinearLayer? gate) => shared is null ? [] : [.. shared, gate!];

    // Adapters come and go: the weights are those of the moment.
    sealed class ExpertList(IReadOnlyList<LinearLayer[]> experts) : IReadOnlyList<Expert>
    {
        public int Count => experts.Count;

        public Expert this[int index] => new(experts[index][0].Weights, experts[index][1].Weights, experts[index][2].Weights);

        public IEnumerator<Expert> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
