namespace Hone.Grading.Workers;

/// <summary>What a worker answered about the items of a call.</summary>
/// <param name="Left">What goes on in it after its answer.</param>
sealed record WorkerAnswer(IReadOnlyList<Grade> Grades, Leftover Left = Leftover.Nothing);

/// <summary>What a call left behind in a worker.</summary>
enum Leftover
{
    Nothing,

    /// <summary>Gone once the worker is renewed.</summary>
    Threads,

    /// <summary>Gone once the worker is ended.</summary>
    Processes,
}

/// <summary>How items become lines for a worker, and its lines grades.</summary>
abstract class WorkerDialogue
{
    /// <summary>Items that one call carries.</summary>
    public virtual int ItemsPerCall => 1;

    /// <summary>The grade of an item that no worker needs to see; null where one does.</summary>
    public virtual Grade? WithoutWorker(GradingItem item) => null;

    /// <summary>One line, without its end.</summary>
    public abstract string Ask(IReadOnlyList<GradingItem> items);

    /// <summary>Whether a line is the answer; others are passed over.</summary>
    public abstract bool IsAnswer(string line);

    /// <summary>A grade for each item, in any order.</summary>
    public abstract WorkerAnswer Read(string line, IReadOnlyList<GradingItem> items);

    /// <summary>What is made of a fault that is the item's own: as it is, unless a worker that ends says something about the answer.</summary>
    public virtual Grade Settle(GradingItem item, Grade fault) => fault;
}
