namespace Hone.Text.Patterns;

/// <summary>Runs programs over one text: a backtracking machine with a stack of its own and a limit on its steps.</summary>
ref struct PatternMatch(ReadOnlySpan<char> text, string pattern)
{
    // A published pattern needs a few steps for each character; only a pattern that backtracks without bound gets here.
    const long StepsPerCharacter = 2_000;
    const long LeastSteps = 1_000_000;

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
            if (step.Operation == Operation.Done)
            {
                _count = floor;
                return at;
            }

            if (Advance(in step, ref next, ref at))
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

    bool Advance(in Step step, ref int next, ref int at)
    {
        switch (step.Operation)
        {
            case Operation.One:
                if (at == _text.Length || !step.Set!.Contains(CodePoints.At(_text, at, out int length)))
                {
                    return false;
                }

                at += length;
                break;
            case Operation.Run:
                return Run(in step, ref next, ref at);
            case Operation.Fork:
                return Fork(in step, ref next, at);
            case Operation.Jump:
                next = step.First;
                return true;
            case Operation.Ahead:
                if (End(step.Inner!, at) >= 0 == step.Flag)
                {
                    return false;
                }

                break;
            case Operation.Behind:
                if ((at > 0 && step.Set!.Contains(CodePoints.Before(_text, at, out _))) == step.Flag)
                {
                    return false;
                }

                break;
            case Operation.Commit:
                int end = End(step.Inner!, at);
                if (end < 0)
                {
                    return false;
                }

                at = end;
                break;
            case Operation.At when !Holds(step.Boundary, at):
                return false;
        }

        next++;
        return true;
    }

    // A way whose first character is not here need not be tried.
    bool Fork(in Step step, ref int next, int at)
    {
        bool second = step.SecondNeeds is null || step.SecondNeeds.Allow(_text, at);
        if (step.FirstNeeds is null || step.FirstNeeds.Allow(_text, at))
        {
            next = step.First;
            if (second)
            {
                Push(new(step.Second, at, at));
            }

            return true;
        }

        next = step.Second;
        return second;
    }

    bool Run(in Step step, ref int next, ref int at)
    {
        int low = at, count = 0;
        while (count < step.Second && at < _text.Length && step.Set!.Contains(CodePoints.At(_text, at, out int length)))
        {
            at += length;
            count++;
            if (count == step.First)
            {
                low = at;
            }
        }

        Spend(count);
        if (count < step.First)
        {
            return false;
        }

        next++;
        if (at > low && !step.Flag)
        {
            Push(new(next, at, low));
        }

        return true;
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
            Array.Resize(ref _choices, _count * 2);
        }

        _choices[_count++] = choice;
    }

    readonly bool Holds(Boundary boundary, int at) => boundary switch
    {
        Boundary.TextStart => at == 0,
        Boundary.TextEnd => at == _text.Length,
        Boundary.TextEndOrLastLine => at == _text.Length || at == _text.Length - 1 && _text[at] == '\n',
        Boundary.LineStart => at == 0 || _text[at - 1] == '\n' && at < _text.Length,
        Boundary.LineEnd => at == _text.Length || _text[at] == '\n',
        Boundary.Word => IsWord(at) != IsWordBefore(at),
        _ => IsWord(at) == IsWordBefore(at),
    };

    readonly bool IsWord(int at) => at < _text.Length && _wordCharacters.Contains(CodePoints.At(_text, at, out _));

    readonly bool IsWordBefore(int at) => at > 0 && _wordCharacters.Contains(CodePoints.Before(_text, at, out _));

    void Spend(int steps)
    {
        _stepsLeft -= steps;
        if (_stepsLeft < 0)
        {
            throw new TokenizerException(
                $"The pattern '{_pattern}' backtracks without end on a text of {_text.Length} characters; shorten the text.");
        }
    }

    static readonly CharacterSet _wordCharacters = CharacterSet.Word(negated: false);
}
