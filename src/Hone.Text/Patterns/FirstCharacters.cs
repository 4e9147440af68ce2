namespace Hone.Text.Patterns;

/// <summary>The characters that a match can begin with. It may say yes too often, never no.</summary>
sealed class FirstCharacters
{
    readonly ulong _low;
    readonly ulong _high;
    readonly bool _aboveAscii;
    readonly bool _empty;

    FirstCharacters(ulong low, ulong high, bool aboveAscii, bool empty) =>
        (_low, _high, _aboveAscii, _empty) = (low, high, aboveAscii, empty);

    static readonly FirstCharacters _nothing = new(0, 0, false, empty: true);

    public static FirstCharacters Of(PatternNode node) => node switch
    {
        OneOf one => new(one.Set.Ascii(0), one.Set.Ascii(1), one.Set.MayHoldAboveAscii, empty: false),
        InOrder order => order.Items.Aggregate(_nothing, (all, item) => all._empty ? all.Followed(Of(item)) : all),
        Either either => either.Choices.Select(Of).Aggregate((one, other) => one.Or(other)),
        Repeat repeat => Of(repeat.Body) is var body && repeat.Least == 0 ? body.Or(_nothing) : body,
        Atomic atomic => Of(atomic.Body),
        _ => _nothing,
    };

    public bool AllowEnd => _empty;

    public bool Allow(char c) => _empty || (c < 64 ? (_low >> c & 1) != 0 : c < 128 ? (_high >> c & 1) != 0 : _aboveAscii);

    public bool Allow(ReadOnlySpan<char> text, int at) => _empty || at < text.Length && Allow(text[at]);

    FirstCharacters Or(FirstCharacters other) =>
        new(_low | other._low, _high | other._high, _aboveAscii || other._aboveAscii, _empty || other._empty);

    FirstCharacters Followed(FirstCharacters next) =>
        new(_low | next._low, _high | next._high, _aboveAscii || next._aboveAscii, next._empty);
}
