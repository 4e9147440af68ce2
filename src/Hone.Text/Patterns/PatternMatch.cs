namespace Hone.Text.Patterns;

/// <summary>Runs programs over one text: a backtracking machine with a stack of its own and a limit on its steps.</summary>
ref struct PatternMatch(ReadOnlySpan<char> text, string pattern)
{
    // A published pattern needs a few steps for each character; only a pattern that backtracks without bound gets here.
    const long StepsPerCharacter = 2_000;
    const long LeastSteps = 1_000_000;

    // 400 MB of them: no pattern that ends leaves as many open.
    const int MostChoices = 1 << 25;

    readonly ReadOnlySpan<char> _text = text;
    readonly string _pattern = pattern;
    Choice[] _choices = new Choice[16];
    int _count;
    long _stepsLeft = LeastSteps + StepsPerCharacter * text.Length;

    /// <summary>Where to go on after a failure. At above Low: a run that can give back characters down to Low.</summary>
    readonly record struct Choice(int Step, int At, int Low);

    /// <summary>Where the match that starts at this position ends; −1 if there is none.</summary>
    public int End(PatternProgram program, int at)
    {
        var steps = program.Steps;
        int floor = _count;
        int next = 0;
        while (true)
        {
            Spend(1);
            ref readonly var step = ref steps[next];
            bool goesOn;
            switch (step.Operation)
            {
                case Operation.Done:
                    _count = floor;
                    return at;
                case Operation.Run:
                    goesOn = Run(in step, next + 1, ref at);
                    next++;
                    break;
                case Operation.Choose:
                    goesOn = Choose(in step, ref next, at);
                    break;
                case Operation.Jump:
                    next = step.First;
                    continue;
                case Operation.Fork:
                    Push(new(step.Second, at, at));
                    next = step.First;
                    continue;
                default:
                    goesOn = Passes(in step, ref at);
                    next++;
                    break;
            }

            if (goesOn)
            {
                continue;
            }

            if (_count == floor)
            {
                return -1;
            }

            (next, at) = Resume();
        }
    }

    // Steps that match or not, in one way only.
    bool Passes(in Step step, ref int at)
    {
        switch (step.Operation)
        {
            case Operation.One:
                if (at == _text.Length || !step.Set!.Contains(CodePoints.At(_text, at, out int length)))
                {
                    return false;
                }

                at += length;
                return true;
            case Operation.Ahead:
                return step.Inner is { IsOneOf: { } set }
                    ? (at < _text.Length && set.Contains(CodePoints.At(_text, at, out _))) != step.Flag
                    : End(step.Inner!, at) >= 0 != step.Flag;
            case Operation.Behind:
                return (at > 0 && step.Set!.Contains(CodePoints.Before(_text, at, out _))) != step.Flag;
            case Operation.Commit:
                int end = End(step.Inner!, at);
                at = end < 0 ? at : end;
                return end >= 0;
            default:
                return Holds(step.Boundary, step.Set, at);
        }
    }

    // Alternatives whose first character is not here need not be tried.
    bool Choose(in Step step, ref int next, int at)
    {
        var alternatives = step.Alternatives!;
        int chosen = alternatives.Next(_text, at, step.First);
        if (chosen == Alternatives.None)
        {
            return false;
        }

        if (alternatives.Next(_text, at, chosen + 1) is var later and not Alternatives.None)
        {
            Push(new(next - step.First + later, at, at));
        }

        next = alternatives.StartOf(chosen);
        return true;
    }

    bool Run(in Step step, int next, ref int at)
    {
        int start = at;
        at += step.Set!.Run(_text, at, step.Second, out int count);
        Spend(count);
        if (count < step.First)
        {
            return false;
        }

        if (count > step.First && !step.Flag)
        {
            Push(new(next, at, LowestEnd(start, step.First)));
        }

        return true;
    }

    // Where a run of the least number of characters ends.
    readonly int LowestEnd(int start, int least)
    {
        for (int i = 0; i < least; i++)
        {
            start += CodePoints.LengthAt(_text, start);
        }

        return start;
    }

    // The topmost choice; a run gives back one character and stays on the stack while it has more.
    (int Next, int At) Resume()
    {
        var choice = _choices[--_count];
        if (choice.At == choice.Low)
        {
            return (choice.Step, choice.At);
        }

        CodePoints.Before(_text, choice.At, out int length);
        int at = choice.At - length;
        if (at > choice.Low)
        {
            Push(choice with { At = at });
        }

        return (choice.Step, at);
    }

    void Push(Choice choice)
    {
        if (_count == _choices.Length)
        {
            if (_count == MostChoices)
            {
                throw Endless();
            }

            Array.Resize(ref _choices, _count * 2);
        }

        _choices[_count++] = choice;
    }

    readonly bool Holds(Boundary boundary, CharacterSet? words, int at) => boundary switch
    {
        Boundary.TextStart => at == 0,
        Boundary.TextEnd => at == _text.Length,
        Boundary.TextEndOrLastLine => at == _text.Length || at == _text.Length - 1 && _text[at] == '\n',
        Boundary.LineStart => at == 0 || _text[at - 1] == '\n' && at < _text.Length,
        Boundary.LineEnd => at == _text.Length || _text[at] == '\n',
        Boundary.Word => IsWord(words!, at) != IsWordBefore(words!, at),
        _ => IsWord(words!, at) == IsWordBefore(words!, at),
    };

    readonly bool IsWord(CharacterSet words, int at) => at < _text.Length && words.Contains(CodePoints.At(_text, at, out _));

    readonly bool IsWordBefore(CharacterSet words, int at) => at > 0 && words.Contains(CodePoints.Before(_text, at, out _));

    void Spend(int steps)
    {
        _stepsLeft -= steps;
        if (_stepsLeft < 0)
        {
            throw Endless();
        }
    }

    readonly TokenizerException Endless() =>
        new($"The pattern '{_pattern}' backtracks without end on a text of {_text.Length} characters; shorten the text.");
}
