namespace Hone.Models.Sampling.Constraints;

/// <summary>
/// An automaton over bytes that reads the texts of a form: each state is a set of stacks of what is still to come. States are made as they are
/// reached and kept, with the tokens that they allow.
/// </summary>
/// <remarks>Any thread may use it: whoever looks for a state that is not there yet holds the lock.</remarks>
sealed class Grammar
{
    // A state takes two kilobytes, its tokens one bit each. Beyond this many all are forgotten and made again.
    const int MostStates = 8192, MostMasks = 512, MostHeld = 1 << 20;

    // A form that can be read in two ways at each of its levels has a million after twenty. What goes on with some of them has the form all the same.
    const int MostTops = 8192;

    readonly Lock _gate = new();
    readonly Dictionary<(GrammarNode, int, Frame?), Frame> _frames = [];
    readonly Dictionary<Key, State> _states = [];
    readonly List<Frame> _tops = [];
    readonly HashSet<Frame> _expanded = [];
    readonly Stack<Frame?> _left = [];
    int _masks, _held;
    int _numbers;
    bool _accepts;

    /// <param name="root">Whole: every rule has its body.</param>
    public Grammar(GrammarNode root)
    {
        Settle(root);
        IsPossible = root.IsPossible;
        if (IsPossible)
        {
            Expand(FrameOf(root, 0, null));
            Start = Take()!;
        }
    }

    /// <summary>Some finite text has the form; else there is no <see cref="Start"/>.</summary>
    public bool IsPossible { get; }

    public State Start { get; } = null!;

    /// <summary>What is left to come once the node is at this place: the item of a sequence, the times that a repeated form came.</summary>
    internal sealed record Frame(GrammarNode Node, int Place, Frame? Next, int Number)
    {
        public bool Equals(Frame? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => Number;
    }

    /// <summary>After some bytes.</summary>
    public sealed class State
    {
        internal State(Frame[] tops, bool accepts) => (Tops, Accepts) = (tops, accepts);

        /// <summary>The bytes so far are a whole text of the form.</summary>
        public bool Accepts { get; }

        internal Frame[] Tops { get; }

        internal State?[] Next { get; } = new State?[256];

        internal bool[] Known { get; } = new bool[256];

        internal ulong[]? Mask { get; set; }
    }

    /// <summary>The state after one more byte; null if the byte cannot come.</summary>
    public State? Step(State state, byte value)
    {
        lock (_gate)
        {
            return StepInside(state, value);
        }
    }

    /// <summary>The tokens that can come next, a bit for each id.</summary>
    public ulong[] Mask(State state, TokenTrie vocabulary)
    {
        lock (_gate)
        {
            if (state.Mask is null)
            {
                if (++_masks > MostMasks || _states.Count > MostStates || _held > MostHeld || _frames.Count > 4 * MostHeld)
                {
                    Forget();
                }

                state.Mask = new ulong[(vocabulary.Size + 63) / 64];
                Walk(vocabulary, TokenTrie.Root, state, state.Mask);
            }

            return state.Mask;
        }
    }

    // Those that completions are in live on with them.
    void Forget()
    {
        _states.Clear();
        _frames.Clear();
        (_masks, _held) = (1, 0);
    }

    void Walk(TokenTrie vocabulary, int node, State state, ulong[] mask)
    {
        for (int child = vocabulary.FirstChild(node); child >= 0; child = vocabulary.NextSibling(child))
        {
            if (StepInside(state, vocabulary.Byte(child)) is { } next)
            {
                for (int token = vocabulary.FirstToken(child); token >= 0; token = vocabulary.NextToken(token))
                {
                    mask[token / 64] |= 1UL << (token % 64);
                }

                Walk(vocabulary, child, next, mask);
            }
        }
    }

    State? StepInside(State state, byte value)
    {
        if (!state.Known[value])
        {
            foreach (var top in state.Tops)
            {
                if (((OneByte)top.Node).Allows(value))
                {
                    Expand(top.Next);
                }
            }

            state.Next[value] = Take();
            state.Known[value] = true;
        }

        return state.Next[value];
    }

    // The state of what was expanded since the last call.
    State? Take()
    {
        Frame[] tops = [.. _tops];
        bool accepts = _accepts;
        _tops.Clear();
        _expanded.Clear();
        _accepts = false;
        if (tops.Length == 0 && !accepts)
        {
            return null;
        }

        var key = new Key([.. tops.Select(top => top.Number)], accepts);
        if (!_states.TryGetValue(key, out var state))
        {
            _states[key] = state = new State(tops, accepts);
            _held += tops.Length;
        }

        return state;
    }

    // Puts every way on that begins with a byte among the tops, in an order that depends on the form alone. Each frame is looked at once,
    // however many ways lead to it.
    void Expand(Frame? first)
    {
        _left.Push(first);
        while (_left.TryPop(out var frame))
        {
            if (frame is null)
            {
                _accepts = true;
            }
            else if (_expanded.Add(frame))
            {
                Expand(frame, frame.Node);
            }
        }
    }

    void Expand(Frame frame, GrammarNode node)
    {
        switch (node)
        {
            case OneByte when _tops.Count < MostTops:
                _tops.Add(frame);
                break;
            case Rule rule:
                _left.Push(FrameOf(rule.Body!, 0, frame.Next));
                break;
            case InOrder order:
                ExpandOrder(order, frame);
                break;
            case OneOf one:
                foreach (var option in one.Parts.Where(option => option.IsPossible).Reverse())
                {
                    _left.Push(FrameOf(option, 0, frame.Next));
                }

                break;
            case Repeated repeated:
                ExpandRepeated(repeated, frame);
                break;
        }
    }

    void ExpandOrder(InOrder order, Frame frame)
    {
        if (frame.Place == order.Parts.Count)
        {
            _left.Push(frame.Next);
            return;
        }

        var rest = frame.Place + 1 < order.Parts.Count ? FrameOf(order, frame.Place + 1, frame.Next) : frame.Next;
        _left.Push(FrameOf(order.Parts[frame.Place], 0, rest));
    }

    // Without an upper bound, times beyond the lower one are not told apart: the states stay few.
    void ExpandRepeated(Repeated repeated, Frame frame)
    {
        int times = frame.Place;
        if (repeated.Item.IsPossible && (repeated.Most is null || times < repeated.Most))
        {
            int next = repeated.Most is null ? Math.Min(times + 1, Math.Max(1, repeated.Least)) : times + 1;
            var item = FrameOf(repeated.Item, 0, FrameOf(repeated, next, frame.Next));
            _left.Push(times == 0 ? item : FrameOf(repeated.Between, 0, item));
        }

        if (times >= repeated.Least)
        {
            _left.Push(frame.Next);
        }
    }

    Frame FrameOf(GrammarNode node, int place, Frame? next)
    {
        if (!_frames.TryGetValue((node, place, next), out var frame))
        {
            _frames[(node, place, next)] = frame = new Frame(node, place, next, ++_numbers);
        }

        return frame;
    }

    // What is possible follows from its parts; what never does is not.
    static void Settle(GrammarNode root)
    {
        List<GrammarNode> nodes = [root];
        HashSet<GrammarNode> seen = [root];
        for (int i = 0; i < nodes.Count; i++)
        {
            nodes.AddRange(nodes[i].Parts.Where(seen.Add));
        }

        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int i = nodes.Count - 1; i >= 0; i--)
            {
                if (!nodes[i].IsPossible && nodes[i].Follows)
                {
                    changed = nodes[i].IsPossible = true;
                }
            }
        }
    }

    readonly struct Key(int[] numbers, bool accepts) : IEquatable<Key>
    {
        readonly int[] _numbers = numbers;
        readonly bool _accepts = accepts;

        public bool Equals(Key other) => _accepts == other._accepts && _numbers.AsSpan().SequenceEqual(other._numbers);

        public override bool Equals(object? other) => other is Key key && Equals(key);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (int number in _numbers)
            {
                hash.Add(number);
            }

            return hash.ToHashCode();
        }
    }
}
