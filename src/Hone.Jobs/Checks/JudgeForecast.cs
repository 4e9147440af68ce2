using Hone.Grading;
using Hone.Grading.Judges;
using Hone.Training.Planning;

namespace Hone.Jobs.Checks;

/// <summary>What a run asks of one judge: an upper bound where gates stand before it or answers are stored; refills of a step come on top.</summary>
/// <param name="Demand">What it is asked about one group of training.</param>
/// <param name="CallsPerStep">Prompts of a step · questions about a group.</param>
/// <param name="Calls">Those of all steps, of every validation, and of the evaluations of the base and the tuned model.</param>
/// <param name="Steps">Of the run.</param>
public sealed record JudgeForecast(JudgeDemand Demand, long CallsPerStep, long Calls, int Steps)
{
    // What the queue of grades hands out at once: four batches of 32.
    const int MostAtOnce = 128;

    /// <summary>In the currency of the settings; null without a price or before the first answer.</summary>
    public double? CostPerStep => Cost(CallsPerStep);

    public double? CostOfRun => Cost(Calls);

    /// <summary>One for each judge in a grader.</summary>
    /// <param name="shadow">It watches training and evaluates nothing.</param>
    public static IReadOnlyList<JudgeForecast> Of(RunShape run, IGrader grader, IGrader? shadow = null)
    {
        int group = run.Settings.TrainingSamplePerPrompt;
        var training = grader.JudgeDemands(group).ToArray();
        int[] validation = [.. grader.JudgeDemands(1).Select(demand => demand.Calls)], test = [.. grader.JudgeDemands(run.TestSamples).Select(demand => demand.Calls)];
        return
        [
            .. training.Select((demand, j) => Of(run, demand, ((long)run.Validations * run.Validation.Count * validation[j])
                + ((1L + run.BaseEvaluations) * run.Test.Count * test[j]))),
            .. (shadow?.JudgeDemands(group) ?? []).Select(demand => Of(run, demand, 0)),
        ];
    }

    /// <summary>What stands against it.</summary>
    public IEnumerable<CheckFinding> Findings()
    {
        if (CostOfRun is { } cost && Beyond(cost) is { } beyond)
        {
            yield return new(CheckSeverity.Warning, "judge budget", $"The judge {Demand.Judge} will cost {cost:0.####} in the run ({CostPerStep:0.####} a step), and {beyond}.",
                "Raise the budget, put rules before the judge with a gate, or ask less: fewer votes, opponents or maxSteps, or mode ranking.");
        }

        long waiting = Math.Min(MostAtOnce, CallsPerStep);
        if (Demand.RequestsPerMinute is { } pace && waiting > pace * Demand.BatchDeadline.TotalMinutes)
        {
            yield return new(CheckSeverity.Warning, "judge pace",
                $"The judge {Demand.Judge} is asked {pace:N0} times a minute at most, but {waiting:N0} answers may wait for it at once, and no longer than {Demand.BatchDeadline.TotalSeconds:N0} s: "
                + "some will have no score.",
                "Raise limits.batchSeconds or limits.requestsPerMinute.");
        }
    }

    string? Beyond(double cost) => Demand.Budget switch
    {
        { Hard: 0 } when cost > 0 => "budget.hard is 0: the run pauses after its first question",
        { Hard: { } hard } when cost > hard =>
            $"budget.hard is {hard:0.####}: the run will pause {Math.Ceiling(cost / hard) - 1:N0} times, for the first time {(hard < CostPerStep ? "within the first" : $"after about {Math.Floor(hard / CostPerStep!.Value):N0}")} of {Steps:N0} steps",
        { Soft: { } soft } when cost > soft => $"budget.soft is {soft:0.####}",
        _ => null,
    };

    static JudgeForecast Of(RunShape run, JudgeDemand demand, long evaluations)
    {
        long perStep = (long)run.PromptsPerStep * demand.Calls;
        return new(demand, perStep, (run.Steps * perStep) + evaluations, run.Steps);
    }

    double? Cost(long calls) => Demand is { Price: { } price, InputTokens: { } input, OutputTokens: { } output }
        ? price.Of((long)(calls * input), (long)(calls * output))
        : null;
}
