using Hone.Tensors;

namespace Hone.Models.Serving;

/// <summary>
/// Decoders over the same weights, one for each rotation that sequences need at the moment: most models have one, those whose rotation depends
/// on the length have several.
/// </summary>
sealed class RotaryViews(Decoder decoder, Func<Device> device)
{
    const int Most = 4;

    readonly List<Decoder> _views = [];

    /// <summary>Equal for lengths that turn alike, and for no others: regimes rise with the length.</summary>
    public long RotationOf(int length) => decoder.Config.Ropes.Sum(rope => (long)(rope.Scaling?.Regime(length) ?? 0));

    /// <summary>The decoder for sequences of this length, those that turn alike included.</summary>
    public Decoder At(int length)
    {
        int at = _views.FindIndex(view => view.SameRotation(view.RotaryLength, length));
        var view = at >= 0 ? _views[at] : _views.Count < Most ? decoder.View(device()) : _views[^1];
        if (at != 0)
        {
            _views.Remove(view);
            _views.Insert(0, view);
        }

        if (at < 0)
        {
            view.RotaryLength = length;
        }

        return view;
    }
}
