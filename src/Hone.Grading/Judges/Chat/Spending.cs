namespace Hone.Grading.Judges.Chat;

/// <summary>What a million tokens cost, in any currency.</summary>
public sealed record TokenPrice(double Input, double Output)
{
    public double Of(long inputTokens, long outputTokens) => ((inputTokens * Input) + (outputTokens * Output)) / 1e6;
}

/// <summary>Past the soft limit a person is told once; past the hard one the run pauses. Null: no limit.</summary>
public sealed record Budget(double? Soft, double? Hard);

/// <summary>Counts what a judge has cost since its grader was made: a run that is resumed has its budget anew.</summary>
sealed class Spending(string judge, TokenPrice? price, Budget budget, Action<string>? tell)
{
    readonly Lock _gate = new();
    double _spent;
    bool _told;

    /// <exception cref="GradingPausedException">The hard limit is reached. Calls on their way may pass it by what they cost.</exception>
    public void RequireRoom()
    {
        lock (_gate)
        {
            if (budget.Hard is { } hard && _spent >= hard)
            {
                throw new GradingPausedException(
                    $"{judge} has cost {_spent:0.####}, and budget.hard is {hard:0.####}. Nothing is lost: its answers are stored, and a run can be resumed. "
                    + "Each start may spend as much again.");
            }
        }
    }

    public double Add(ChatReply reply)
    {
        double cost = price?.Of(reply.InputTokens, reply.OutputTokens) ?? 0;
        bool tells;
        lock (_gate)
        {
            _spent += cost;
            tells = !_told && budget.Soft is { } soft && _spent >= soft;
            _told |= tells;
        }

        if (tells)
        {
            tell?.Invoke($"{judge} has cost {_spent:0.####}, and budget.soft is {budget.Soft:0.####}.");
        }

        return cost;
    }
}
