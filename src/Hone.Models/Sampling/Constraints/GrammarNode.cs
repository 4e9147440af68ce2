namespace Hone.Models.Sampling.Constraints;

/// <summary>A form of bytes. Forms refer to one another, rules also to themselves.</summary>
abstract class GrammarNode
{
    /// <summary>Some finite text has this form. Settled once, when the whole grammar is there.</summary>
    public bool IsPossible { get; set; }

    /// <summary>Forms that this one is made of.</summary>
    public virtual IReadOnlyList<GrammarNode> Parts => [];

    /// <summary>Whether it is possible, given what is known of its parts.</summary>
    public virtual bool Follows => Parts.All(part => part.IsPossible);

    /// <summary>Parts that stand at its very beginning.</summary>
    public virtual IEnumerable<GrammarNode> Beginnings => Parts;
}

/// <summary>One byte out of a set.</summary>
sealed class OneByte : GrammarNode
{
    readonly bool[] _allowed = new bool[256];

    public OneByte(params ReadOnlySpan<(int First, int Last)> ranges)
    {
        foreach (var (first, last) in ranges)
        {
            _allowed.AsSpan(first..(last + 1)).Fill(true);
        }
    }

    public static OneByte Of(ReadOnlySpan<byte> bytes)
    {
        var one = new OneByte();
        foreach (byte allowed in bytes)
        {
            one._allowed[allowed] = true;
        }

        return one;
    }

    public bool Allows(byte value) => _allowed[value];

    public override bool Follows => true;
}

/// <summary>One form after another; none: the empty text.</summary>
sealed class InOrder(params GrammarNode[] items) : GrammarNode
{
    public static InOrder Empty { get; } = new();

    public static InOrder Text(ReadOnlySpan<byte> text) => new([.. text.ToArray().Select(letter => OneByte.Of([letter]))]);

    public override IReadOnlyList<GrammarNode> Parts => items;

    public override IEnumerable<GrammarNode> Beginnings
    {
        get
        {
            foreach (var item in items)
            {
                yield return item;
                if (item is OneByte or InOrder { Parts.Count: > 0 } or Repeated { Least: > 0 } or Rule)
                {
                    yield break;
                }
            }
        }
    }
}

/// <summary>Any one of several forms.</summary>
sealed class OneOf(params GrammarNode[] options) : GrammarNode
{
    public static OneOf Optional(GrammarNode node) => new(node, InOrder.Empty);

    public override IReadOnlyList<GrammarNode> Parts => options;

    public override bool Follows => Parts.Any(option => option.IsPossible);
}

/// <summary>A form so many times, with something between.</summary>
sealed class Repeated(GrammarNode item, GrammarNode between, int least, int? most) : GrammarNode
{
    public GrammarNode Item => item;
    public GrammarNode Between => between;
    public int Least => least;
    public int? Most => most;

    public override IReadOnlyList<GrammarNode> Parts => [item, between];
    public override bool Follows => least == 0 || base.Follows;
    public override IEnumerable<GrammarNode> Beginnings => [item];
}

/// <summary>A form that is given later, so that it can hold itself.</summary>
sealed class Rule : GrammarNode
{
    public GrammarNode? Body { get; set; }

    public override IReadOnlyList<GrammarNode> Parts => [Body!];
}
