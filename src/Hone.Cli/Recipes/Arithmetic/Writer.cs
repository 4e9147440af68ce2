namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>The habits of the people whose answers the base model has read last.</summary>
enum Habit
{
    /// <summary>Right working, then <c>####</c>.</summary>
    Careful,

    /// <summary>Right working, and no <c>####</c>.</summary>
    Unfinished,

    /// <summary>One line is wrong and the lines after it go on from there.</summary>
    Slipping,

    /// <summary>Only <c>####</c> and a guess.</summary>
    Hasty,
}

/// <summary>A writer of one habit. A base model trained on many of them can do the task, and seldom shows it.</summary>
sealed class Writer(Habit habit)
{
    static readonly int[] _hastyRightPercent = [60, 25, 10];

    static readonly int[] _slips = [-10, -3, -2, -1, 1, 2, 3, 10];

    public Habit Habit => habit;

    /// <summary>34 % careful, 8 % unfinished, 12 % slipping, 46 % hasty.</summary>
    public static Writer Draw(ref SplitMix random) => new(random.Below(100) switch
    {
        < 34 => Habit.Careful,
        < 42 => Habit.Unfinished,
        < 54 => Habit.Slipping,
        _ => Habit.Hasty,
    });

    public string Answer(Problem problem, ref SplitMix random) => habit switch
    {
        Habit.Careful => problem.WorkedAnswer,
        Habit.Unfinished => problem.Working,
        Habit.Slipping => Slip(problem.Chain, ref random),
        _ => $"#### {Guess(problem, ref random)}",
    };

    static string Slip(IReadOnlyList<Step> chain, ref SplitMix random)
    {
        while (true)
        {
            if (CarryOn(chain, random.Below(chain.Count), random.Pick(_slips)) is { } answer)
            {
                return answer;
            }
        }
    }

    // Null where the wrong value leaves 1..81 or a later line cannot be written with it. The last line can always slip.
    static string? CarryOn(IReadOnlyList<Step> chain, int wrongLine, int slip)
    {
        var lines = new List<string>();
        int value = 0;
        for (int i = 0; i < chain.Count; i++)
        {
            var step = i > wrongLine ? chain[i].Carry(value) : chain[i];
            value = step.Result + (i == wrongLine ? slip : 0);
            if (!step.IsPossible || value is < 1 or > Step.Largest)
            {
                return null;
            }

            lines.Add(step.WithResult(value));
        }

        return $"{string.Join('\n', lines)}\n#### {value}";
    }

    // A wrong guess is near the answer or a number that the reader has seen on the way, as people's are.
    static int Guess(Problem problem, ref SplitMix random)
    {
        if (random.Below(100) < _hastyRightPercent[problem.Steps - 1])
        {
            return problem.Answer;
        }

        while (true)
        {
            int guess = random.Below(3) == 0
                ? random.Pick(problem.Numbers)
                : problem.Answer + random.Between(-12, 12);
            if (guess != problem.Answer && guess is >= 1 and <= Step.Largest)
            {
                return guess;
            }
        }
    }
}
