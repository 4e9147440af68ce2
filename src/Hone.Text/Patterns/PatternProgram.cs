namespace Hone.Text.Patterns;

enum Operation
{
    /// <summary>One character of the set.</summary>
    One,

    /// <summary>As many characters of the set as there are, from Least to Most; gives back one at a time unless possessive.</summary>
    Run,

    /// <summary>Tries the step at First, later the one at Second.</summary>
    Fork,

    /// <summary>Tries, from the alternative First on, those that can begin with the next character.</summary>
    Choose,

    Jump,

    /// <summary>The inner program must (or must not) match here; nothing is consumed.</summary>
    Ahead,

    /// <summary>The character before must (or must not) be of the set.</summary>
    Behind,

    /// <summary>The inner program's first match is final.</summary>
    Commit,

    At,
    Done,
}

readonly record struct Step(Operation Operation)
{
    public CharacterSet? Set { get; init; }

    public PatternProgram? Inner { get; init; }

    public int First { get; init; }

    public int Second { get; init; }

    public bool Flag { get; init; }

    public Boundary Boundary { get; init; }

    public Alternatives? Alternatives { get; init; }
}

/// <summary>A pattern as steps of a backtracking machine (<see cref="PatternMatch"/> runs it).</summary>
sealed class PatternProgram
{
    const int MostSteps = 20_000;

    // Repeated groups of repeated groups: of some nothing is left to step through, and yet each is gone through.
    const int MostNodes = 10 * MostSteps;

    readonly List<Step> _steps = [];
    readonly string _pattern;
    readonly Size _size;
    readonly FirstCharacters _firsts;

    // A part that is repeated is compiled once, however often its repeats are written out.
    readonly Dictionary<PatternNode, PatternProgram> _inner;

    public PatternProgram(PatternNode node, string pattern)
        : this(node, pattern, new(), new(ReferenceEqualityComparer.Instance))
    {
    }

    PatternProgram(PatternNode node, string pattern, Size size, Dictionary<PatternNode, PatternProgram> inner)
    {
        (_pattern, _size, _inner) = (pattern, size, inner);
        _firsts = FirstCharacters.Of(node);
        IsOneOf = node is OneOf one ? one.Set : node is InOrder { Items: [OneOf only] } ? only.Set : null;
        Emit(node);
        Add(new(Operation.Done));
        Steps = [.. _steps];
    }

    public Step[] Steps { get; }

    /// <summary>The set, if the pattern is any one character of it.</summary>
    public CharacterSet? IsOneOf { get; }

    /// <summary>False if no match can start at a place; true says nothing.</summary>
    public bool MayStart(ReadOnlySpan<char> text, int at) => _firsts.Allow(text, at);

    /// <summary>Of a program and all programs inside it.</summary>
    sealed class Size
    {
        public int Steps { get; set; }

        public int Nodes { get; set; }
    }

    void Emit(PatternNode node)
    {
        Require(++_size.Nodes <= MostNodes);
        switch (node)
        {
            case OneOf one: Add(new(Operation.One) { Set = one.Set }); break;
            case InOrder order: EmitAll(order.Items); break;
            case Either either: EmitEither(either.Choices); break;
            case Repeat repeat: EmitRepeat(repeat); break;
            case Atomic atomic: Add(new(Operation.Commit) { Inner = Inner(atomic.Body) }); break;
            case At at: Add(new(Operation.At) { Boundary = at.Boundary, Set = at.Words }); break;
            case Look { Behind: false } look: Add(new(Operation.Ahead) { Inner = Inner(look.Body), Flag = look.Negated }); break;
            case Look look: Add(new(Operation.Behind) { Set = SingleSet(look.Body), Flag = look.Negated }); break;
        }
    }

    PatternProgram Inner(PatternNode node, PatternNode? body = null)
    {
        if (!_inner.TryGetValue(node, out var program))
        {
            _inner[node] = program = new(body ?? node, _pattern, _size, _inner);
        }

        return program;
    }

    void EmitAll(IEnumerable<PatternNode> nodes)
    {
        foreach (var node in nodes)
        {
            Emit(node);
        }
    }

    // One step to choose from each alternative on, so that a later choice knows where to go on; then the alternatives.
    void EmitEither(IReadOnlyList<PatternNode> choices)
    {
        int first = _steps.Count;
        for (int i = 0; i < choices.Count; i++)
        {
            Add(new(Operation.Choose));
        }

        int[] starts = new int[choices.Count];
        List<int> exits = [];
        for (int i = 0; i < choices.Count; i++)
        {
            starts[i] = _steps.Count;
            Emit(choices[i]);
            exits.Add(Add(new(Operation.Jump)));
        }

        var alternatives = new Alternatives(choices, starts);
        for (int i = 0; i < choices.Count; i++)
        {
            _steps[first + i] = new(Operation.Choose) { First = i, Alternatives = alternatives };
        }

        foreach (int exit in exits)
        {
            _steps[exit] = new(Operation.Jump) { First = _steps.Count };
        }
    }

    void EmitRepeat(Repeat repeat)
    {
        if (repeat.Kind == Repetition.Possessive)
        {
            if (repeat.Body is OneOf only)
            {
                Add(new(Operation.Run) { Set = only.Set, First = repeat.Least, Second = repeat.Most, Flag = true });
            }
            else
            {
                Add(new(Operation.Commit) { Inner = Inner(repeat, repeat with { Kind = Repetition.Greedy }) });
            }
        }
        else if (repeat is { Kind: Repetition.Greedy, Body: OneOf one })
        {
            Add(new(Operation.Run) { Set = one.Set, First = repeat.Least, Second = repeat.Most });
        }
        else
        {
            EmitGroupRepeat(repeat);
        }
    }

    void EmitGroupRepeat(Repeat repeat)
    {
        for (int i = 0; i < repeat.Least; i++)
        {
            Emit(repeat.Body);
        }

        bool lazy = repeat.Kind == Repetition.Lazy;
        if (repeat.Most == int.MaxValue)
        {
            if (repeat.Body.CanBeEmpty)
            {
                throw new TokenizerException(
                    $"The pattern '{_pattern}' repeats a group that can match nothing; this is not supported.");
            }

            int fork = Add(new(Operation.Fork));
            Emit(repeat.Body);
            Add(new(Operation.Jump) { First = fork });
            SetFork(fork, lazy);
            return;
        }

        List<int> forks = [];
        for (int i = repeat.Least; i < repeat.Most; i++)
        {
            forks.Add(Add(new(Operation.Fork)));
            Emit(repeat.Body);
        }

        forks.ForEach(fork => SetFork(fork, lazy));
    }

    void SetFork(int fork, bool lazy) => _steps[fork] = lazy
        ? new(Operation.Fork) { First = _steps.Count, Second = fork + 1 }
        : new(Operation.Fork) { First = fork + 1, Second = _steps.Count };

    CharacterSet SingleSet(PatternNode node) => node switch
    {
        OneOf one => one.Set,
        InOrder { Items: [OneOf one] } => one.Set,
        _ => throw new TokenizerException(
            $"The pattern '{_pattern}' looks back over more than one character; this is not supported."),
    };

    int Add(Step step)
    {
        Require(++_size.Steps <= MostSteps);
        _steps.Add(step);
        return _steps.Count - 1;
    }

    void Require(bool fits)
    {
        if (!fits)
        {
            throw new TokenizerException($"The pattern '{_pattern}' repeats groups too often; this is not supported.");
        }
    }
}
